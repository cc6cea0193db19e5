-- The role that the metrics exporter signs in with: it sees the server's statistics, and no row of any service. Run as
-- superuser in the database `postgres`, with the variables observer and observer_password, while the role does not exist.

CREATE ROLE :"observer" LOGIN PASSWORD :'observer_password' CONNECTION LIMIT 5 NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
GRANT pg_monitor TO :"observer";
ALTER ROLE :"observer" SET statement_timeout = '3s';

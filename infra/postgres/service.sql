-- One service's roles and database. Run as superuser in the database `postgres`, once per service, with the psql
-- variables service, owner, migrator, app, migrator_password and app_password (psql -v, or the native stack).
-- It runs only while the database does not exist: the database is made last, so a run that broke off starts again.

DROP ROLE IF EXISTS :"app";
DROP ROLE IF EXISTS :"migrator";
DROP ROLE IF EXISTS :"owner";

-- Owns the database and can never sign in.
CREATE ROLE :"owner" NOLOGIN;
-- Changes the schema, in the deploy step alone.
CREATE ROLE :"migrator" LOGIN PASSWORD :'migrator_password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
-- What the service signs in with: rows, no DDL.
CREATE ROLE :"app" LOGIN PASSWORD :'app_password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;

-- A statement or a lock that waits longer is a fault and must give way. The last one frees what a stopped process
-- holds, the relay's lane lock above all: it is longer than a publish may take and shorter than 10 s.
ALTER ROLE :"app" SET statement_timeout = '10s';
ALTER ROLE :"app" SET lock_timeout = '1s';
ALTER ROLE :"app" SET idle_in_transaction_session_timeout = '8s';

CREATE DATABASE :"service" OWNER :"owner";

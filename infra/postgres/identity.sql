-- The issuer's own limit. It keeps a pool of 8, and no ten replicas of it have to fit. Run as superuser after rights.sql, with its
-- variables. Every statement may be repeated.

ALTER ROLE :"app" CONNECTION LIMIT 20;

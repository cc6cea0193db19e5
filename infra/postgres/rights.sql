-- The rights inside one service's database. Run as superuser in that database, with the variables of service.sql.
-- Every statement may be repeated.

REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"migrator", :"app";

ALTER SCHEMA public OWNER TO :"migrator";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"app";

-- Ten replicas with all their pools. A service that would take more is refused by itself (53300), and the others have theirs.
ALTER ROLE :"app" CONNECTION LIMIT 180;
ALTER ROLE :"migrator" CONNECTION LIMIT 3;

-- What the migrator makes, the app may use: rows, never TRUNCATE or DDL.
ALTER DEFAULT PRIVILEGES FOR ROLE :"migrator" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"migrator" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"app";

-- What PostgreSQL lets everybody do beside the tables: keep large objects, and write to the log of the whole server. Neither is
-- a row, and both fill the disk.
REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text, boolean), pg_logical_emit_message(boolean, text, bytea, boolean)
  FROM PUBLIC;

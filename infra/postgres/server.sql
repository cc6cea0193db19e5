-- The rights on the server's own databases, which let everybody in as they come. Run as superuser in the database `postgres`, with
-- the variable observer. Every statement may be repeated.

-- A user who may connect there may make temporary tables and large objects, beside all limits of a service's database.
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO :"observer";

// SPDX-License-Identifier: Apache-2.0
// SOCI 4.0's PostgreSQL backend does not free a connection whose very first statement, its own SET extra_float_digits,
// fails: false servers do that. It is 33 kB at each attempt, and nothing that a user of the library can free.
#ifdef __SANITIZE_ADDRESS__
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libsoci_postgresql.so"; }
#endif

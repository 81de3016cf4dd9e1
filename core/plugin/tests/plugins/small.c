/* SPDX-License-Identifier: Apache-2.0 */
/* The library that some test plugins are linked with. */
int small_answer(void);
int small_answer(void) { return 0; }

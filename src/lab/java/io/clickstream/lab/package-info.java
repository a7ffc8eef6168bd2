/**
 * The launcher of the programs that are built around the job (local mode, play cluster, faults and
 * benchmarks), and files of the build that they read.
 *
 * <p>The programs and all tests may depend on the files; nothing may depend on the launcher.
 */
@NullMarked
package io.clickstream.lab;

import org.jspecify.annotations.NullMarked;

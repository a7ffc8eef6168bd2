/**
 * What runs where the project is hosted: workflows, their scripts and the texts of a release, by
 * linters, by rules of our own, and against the files, classes and profiles that they name.
 *
 * <p>Nothing may depend on it.
 */
@NullMarked
package io.clickstream.workflows;

import org.jspecify.annotations.NullMarked;

/**
 * What holds for the code as a whole: who depends on whom, what the pure core may know, and names.
 *
 * <p>Nothing depends on this package.
 */
@NullMarked
package io.clickstream.architecture;

import org.jspecify.annotations.NullMarked;

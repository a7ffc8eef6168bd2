/**
 * What strangers can do and see: a broker that lets in only who has a certificate's trust, a
 * password and the rights; secrets that appear nowhere; records that are made to do harm.
 *
 * <p>Nothing may depend on it.
 */
@NullMarked
package io.clickstream.security;

import org.jspecify.annotations.NullMarked;

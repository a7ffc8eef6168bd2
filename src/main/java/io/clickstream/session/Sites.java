package io.clickstream.session;

import org.jspecify.annotations.Nullable;

/** Tells whether an address is one of the site that a page belongs to. */
final class Sites {

  private static final String WWW = "www.";

  private Sites() {}

  /**
   * Whether a referrer is an address of the page's own site: one without a host, or with the same
   * host. {@code www.} in front of a host, its case and its port make no difference. Of a page
   * without a host nothing is known, so that no referrer with a host is its own.
   */
  static boolean isOwn(String referrer, @Nullable String page) {
    String from = host(referrer);
    return from.isEmpty() || (page != null && from.equalsIgnoreCase(host(page)));
  }

  /**
   * The host of an address, without {@code www.}; empty if there is none. An address without a
   * scheme begins with its host.
   */
  private static String host(String address) {
    int start = endOfScheme(address);
    int end = start;
    while (end < address.length() && "/?#\\".indexOf(address.charAt(end)) < 0) {
      end++;
    }
    String authority = address.substring(start, end);
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    // An address of IPv6 has colons inside its brackets.
    int port = host.indexOf(':', host.lastIndexOf(']') + 1);
    String name = port < 0 ? host : host.substring(0, port);
    return name.regionMatches(true, 0, WWW, 0, WWW.length()) ? name.substring(WWW.length()) : name;
  }

  private static int endOfScheme(String address) {
    int slashes = address.indexOf("//");
    if (slashes == 0) {
      return 2;
    }
    // In front of the slashes of a scheme stands nothing but its name.
    boolean scheme = slashes > 1 && address.indexOf(':') == slashes - 1;
    for (int i = 0; scheme && i < slashes - 1; i++) {
      char next = address.charAt(i);
      scheme = Character.isLetterOrDigit(next) || next == '+' || next == '-' || next == '.';
    }
    return scheme ? slashes + 2 : 0;
  }
}

package io.clickstream.session;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells whether an address is one of the site that a page belongs to, or of others of ours. */
final class Sites {

  private static final String WWW = "www.";

  /** In lower case, without {@code www.} in front. */
  private final Set<String> hosts;

  /**
   * Sites of ours.
   *
   * @param hosts each stands for itself and all below it: {@code shop.example} for {@code
   *     pay.shop.example} as well
   */
  Sites(List<String> hosts) {
    this.hosts =
        hosts.stream()
            .map(host -> withoutWww(host).toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether a referrer is an address of the page's own site or of another one of ours: one without
   * a host, with the same host, or with one of ours. {@code www.} in front of a host, its case and
   * its port make no difference. Of a page without a host nothing is known, so that it makes no
   * referrer with a host its own.
   */
  boolean isOwn(String referrer, @Nullable String page) {
    String from = host(referrer);
    return from.isEmpty()
        || (page != null && from.equalsIgnoreCase(host(page)))
        || (!hosts.isEmpty() && isOurs(from.toLowerCase(Locale.ROOT)));
  }

  private boolean isOurs(String host) {
    String above = host;
    while (!hosts.contains(above)) {
      int dot = above.indexOf('.');
      if (dot < 0) {
        return false;
      }
      above = above.substring(dot + 1);
    }
    return true;
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
    return withoutWww(name);
  }

  private static String withoutWww(String host) {
    return host.regionMatches(true, 0, WWW, 0, WWW.length()) ? host.substring(WWW.length()) : host;
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

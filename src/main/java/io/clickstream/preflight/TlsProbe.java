package io.clickstream.preflight;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a port speaks TLS. It sends nothing but the beginning of a handshake, and trusts
 * nobody with anything.
 */
final class TlsProbe {

  private static final int LOOK_MILLIS = 3_000;

  private TlsProbe() {}

  /**
   * Whether the first that accepts a connection shakes hands; null if that cannot be told.
   *
   * @param servers as in {@code kafka.bootstrap-servers}
   */
  static @Nullable Boolean speaksTls(String servers) {
    for (String server : servers.split(",", -1)) {
      String address = server.strip().replaceFirst("^[^/]*://", "");
      int colon = address.lastIndexOf(':');
      if (colon < 1) {
        continue;
      }
      String host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))),
            LOOK_MILLIS);
        socket.setSoTimeout(LOOK_MILLIS);
        return shakesHands(socket, host);
      } catch (IOException | RuntimeException e) {
        // The next one, then.
      }
    }
    return null;
  }

  /** Sends nothing but the beginning of a handshake, and trusts nobody with anything. */
  private static @Nullable Boolean shakesHands(Socket socket, String host) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new AnyCertificate()}, null);
      try (SSLSocket tls =
          (SSLSocket)
              context.getSocketFactory().createSocket(socket, host, socket.getPort(), true)) {
        tls.startHandshake();
        return true;
      }
    } catch (SSLHandshakeException e) {
      // An alert is an answer in TLS, the end of the connection is none.
      return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("alert");
    } catch (SSLException e) {
      return false;
    } catch (java.net.SocketTimeoutException e) {
      return null;
    } catch (IOException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IOException("this JVM has no TLS", e);
    }
  }

  /** To learn whether there is one at all. */
  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

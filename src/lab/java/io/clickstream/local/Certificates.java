package io.clickstream.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Key stores with certificates of their own, made by the JDK's {@code keytool}. */
public final class Certificates {

  /** The output of {@code keytool} must not depend on the machine's language. */
  private static final String ENGLISH = "-J-Duser.language=en";

  private Certificates() {}

  /**
   * A private key with a certificate that it signed itself.
   *
   * @param alternative name or address for which the certificate is valid, as {@code ip:127.0.0.1}
   * @param password of the store
   * @param keyPassword of the key in it
   */
  public static Path keyStore(
      Path directory, String owner, String alternative, String password, String keyPassword)
      throws IOException, InterruptedException {
    Path store = directory.resolve(owner + ".jks");
    keytool(
        password,
        "-genkeypair",
        "-alias",
        owner,
        "-dname",
        "CN=" + owner,
        "-ext",
        "san=" + alternative,
        "-keyalg",
        "EC",
        "-validity",
        "2",
        // The other kind has one password for the store and all that is in it.
        "-storetype",
        "JKS",
        "-keypass",
        keyPassword,
        "-keystore",
        store.toString());
    return store;
  }

  /** Adds trust in the certificate of a key store's owner to a store, which may be new. */
  public static void trust(Path trustStore, Path keyStore, String owner, String password)
      throws IOException, InterruptedException {
    Path certificate = keyStore.resolveSibling(owner + ".pem");
    keytool(
        password,
        "-exportcert",
        "-rfc",
        "-alias",
        owner,
        "-keystore",
        keyStore.toString(),
        "-file",
        certificate.toString());
    keytool(
        password,
        "-importcert",
        "-noprompt",
        "-alias",
        owner,
        "-storetype",
        "PKCS12",
        "-keystore",
        trustStore.toString(),
        "-file",
        certificate.toString());
  }

  private static void keytool(String password, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of(ENGLISH, "-J-Xmx64m", "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", password));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("keytool " + arguments[0] + " failed: " + printed);
    }
  }
}

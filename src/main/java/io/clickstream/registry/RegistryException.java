package io.clickstream.registry;

/** A registry gives no answer that can be used. The message has no secrets. */
public final class RegistryException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why there is none. */
  public enum Kind {
    /** It cannot be reached, is slow, or says that it cannot answer now. */
    NO_ANSWER,
    /** It does not accept the login. */
    LOGIN_REFUSED,
    /** Its certificate or the client's own is not accepted, or it speaks no TLS. */
    TLS,
    /** Something answers that is no schema registry, as far as the answer shows. */
    UNEXPECTED_ANSWER
  }

  private final Kind kind;

  RegistryException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  RegistryException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Why there is no answer. */
  public Kind kind() {
    return kind;
  }
}

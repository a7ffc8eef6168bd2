package io.clickstream.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** Keeps secret values out of everything that is printed. */
public final class Secrets {

  /** Is shown in place of a secret. */
  public static final String HIDDEN = "***";

  private static final Pattern NAME =
      Pattern.compile("password|passwd|secret|jaas|token|key|credential|basic\\.auth");

  /** Says of a secret where it is, or what it is like. */
  private static final Pattern NO_SECRET =
      Pattern.compile(
          "\\.(location|type|file|url|class|algorithm|serializer|deserializer)$|\\.fields\\."
              + "|^session\\.|^enrichment\\.");

  private static final Pattern USER_INFO = Pattern.compile("://[^/?#]*@");

  private Secrets() {}

  /** Whether a name is one that secrets have; some that are no secret are among them. */
  public static boolean isSecret(String key) {
    return NAME.matcher(key.toLowerCase(Locale.ROOT)).find();
  }

  /** A text without the user and the password of an address in it. */
  public static String withoutUserInfo(String value) {
    return USER_INFO.matcher(value).replaceAll("://" + HIDDEN + "@");
  }

  /** Whether a value is an address with a user and a password in it. */
  private static boolean hasUserInfo(String value) {
    return USER_INFO.matcher(value).find();
  }

  /**
   * Whether a setting does not belong where others see it, such as among the arguments of a job:
   * its name is one that secrets have and does not say otherwise, or its value has a password in
   * it.
   */
  public static boolean isNotForOthers(String key, String value) {
    return (isSecret(key) && !NO_SECRET.matcher(key).find()) || hasUserInfo(value);
  }
}

package io.clickstream.preflight;

/** Whether there is a prefix at all. */
final class PrefixIsSetCheck implements Check {

  private final String prefix;

  PrefixIsSetCheck(String prefix) {
    this.prefix = prefix;
  }

  @Override
  public String name() {
    return PrefixCheck.SETTING;
  }

  @Override
  public void run(Findings findings) {
    if (prefix.isBlank()) {
      findings.error(name(), "it is not set", "set it to a name that no other job has");
    }
  }
}

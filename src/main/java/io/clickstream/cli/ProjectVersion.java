package io.clickstream.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The version in the JAR's manifest; a build that is not packed has none. */
public final class ProjectVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    @Nullable String version = ProjectVersion.class.getPackage().getImplementationVersion();
    return new String[] {"Clickstream " + (version == null ? "(not packed)" : version)};
  }
}

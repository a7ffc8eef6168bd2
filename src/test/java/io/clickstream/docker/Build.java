package io.clickstream.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code pom.xml} says. */
final class Build {

  private static final Pattern COPY =
      Pattern.compile(
          "<outputDirectory>\\$\\{project.build.directory}/(\\w+)</outputDirectory>(.*?)</execution>",
          Pattern.DOTALL);
  private static final Pattern FILE = Pattern.compile("<destFileName>([^<]+)</destFileName>");

  private Build() {}

  static String property(String name) throws IOException {
    return element(name);
  }

  static String finalName() throws IOException {
    return element("finalName");
  }

  /** Files that the build puts into a directory of its output. */
  static List<String> copiedTo(String directory) throws IOException {
    List<String> files = new ArrayList<>();
    Matcher copy = COPY.matcher(pom());
    while (copy.find()) {
      if (copy.group(1).equals(directory)) {
        FILE.matcher(copy.group(2)).results().forEach(file -> files.add(file.group(1)));
      }
    }
    return files;
  }

  private static String element(String name) throws IOException {
    Matcher element = Pattern.compile("<" + name + ">([^<]+)</" + name + ">").matcher(pom());
    if (!element.find()) {
      throw new IllegalArgumentException("pom.xml has no " + name);
    }
    return element.group(1);
  }

  private static String pom() throws IOException {
    return Files.readString(Path.of("pom.xml"));
  }
}

package io.clickstream.model;

import java.util.List;

/**
 * Different texts of a session.
 *
 * @param texts in ascending order of their code points
 * @param isTruncated whether there were more, of which these are the smallest
 */
public record TextSet(List<String> texts, boolean isTruncated) {

  /** No texts. */
  public static final TextSet EMPTY = new TextSet(List.of(), false);

  public TextSet {
    texts = List.copyOf(texts);
  }
}

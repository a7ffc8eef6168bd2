package io.clickstream.model;

/**
 * A click behind the horizon: it belongs to a session that may already be forgotten.
 *
 * @param click the click, with its original bytes
 * @param latenessMs {@code watermark - timestamp}
 * @param watermark the largest watermark that the sessionizer is known to have seen, epoch ms
 */
public record LateClick(Click click, long latenessMs, long watermark) {}

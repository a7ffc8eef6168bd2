package io.clickstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UserErrorExceptionTest {

  @Test
  void shouldKeepOnlyTheMessageWhenStackTraceIsNotWanted() {
    // Given
    UserErrorException error = new UserErrorException("what to do", new IllegalStateException());

    // When
    UserErrorException bare = error.messageOnly();

    // Then
    assertThat(bare).hasMessage("what to do").hasNoCause();
    assertThat(bare.getStackTrace()).isEmpty();
    assertThat(error.getStackTrace()).isNotEmpty();
  }
}

package io.clickstream.reference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InternerTest {

  private final Interner<String> interner = new Interner<>(2);

  @SuppressWarnings("StringOperationCanBeSimplified") // It has to be another object.
  private static String another(String text) {
    return new String(text);
  }

  @Test
  void shouldGiveOneObjectForEqualOnes() {
    String first = interner.intern(another("shoes"));

    assertThat(interner.intern(another("shoes"))).isSameAs(first);
    assertThat(interner.intern(another("bags"))).isEqualTo("bags");
    assertThat(interner.intern(another("shoes"))).isSameAs(first);
  }

  @Test
  void shouldGiveNullForNull() {
    assertThat(interner.intern(null)).isNull();
  }

  @Test
  void shouldBeginAnewWhenFull() {
    String first = interner.intern(another("1"));
    interner.intern("2");
    assertThat(interner.intern(another("1"))).isSameAs(first);

    interner.intern("3");

    assertThat(interner.intern(another("1"))).isEqualTo(first).isNotSameAs(first);
  }
}

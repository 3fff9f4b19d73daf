package org.octroi.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.KeyHash;

class ApiKeyTest {

  /** Its check was made by another program: the CRC-32 of what stands between, in base 62. */
  private static final String WRITTEN = "octk_0TheGateLetsPassWhoeverHasAnAgreementNoOne14MTRep";

  private static final String ITS_HASH =
      "45c8b89a6ac5a8efd5d83f3f46fe09f99e95fc2dbb532dcb361a53b967a027e9";

  @Test
  void a_key_is_known_by_its_prefix_and_its_check() {
    assertThat(ApiKey.read(WRITTEN))
        .hasValueSatisfying(k -> assertThat(k.text()).isEqualTo(WRITTEN));
    assertThat(ApiKey.read(WRITTEN.substring(0, 53))).isEmpty();
    assertThat(ApiKey.read(WRITTEN + "0")).isEmpty();
    assertThat(ApiKey.read("octp_" + WRITTEN.substring(5))).isEmpty();
    assertThat(ApiKey.read("")).isEmpty();
  }

  @Test
  void a_new_key_is_made_of_letters_and_digits_and_is_like_no_other() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      String key = ApiKey.create().text();
      assertThat(key).matches("octk_[0-9A-Za-z]{49}");
      assertThat(ApiKey.read(key)).isPresent();
      assertThat(made.add(key)).isTrue();
    }
  }

  @Property
  void a_key_with_one_wrong_letter_is_none(
      @ForAll @IntRange(max = 53) int at,
      @ForAll @CharRange(from = ' ', to = '\u00ff') char other) {
    String wrong = WRITTEN.substring(0, at) + other + WRITTEN.substring(at + 1);

    assertThat(ApiKey.read(wrong).isPresent()).isEqualTo(wrong.equals(WRITTEN));
  }

  @Test
  void its_hash_is_sha_256_and_is_read_back() {
    KeyHash hash = new ApiKey(WRITTEN).hash();

    assertThat(hash).hasToString(ITS_HASH).isEqualTo(KeyHash.ofHex(ITS_HASH));
  }

  @Test
  void a_key_does_not_show_itself() {
    assertThat(new ApiKey(WRITTEN).toString()).doesNotContain("Gate");
    assertThat(new ApiKey(WRITTEN).beginning()).isEqualTo("octk_0The");
  }
}

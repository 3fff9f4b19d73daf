package org.octroi.gate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadRulesTest {

  private static final String BEFORE = "GET / HTTP/1.1\r\nx: ";
  private static final String AFTER = "\r\nhost: a\r\n\r\n";

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 16, 23})
  void a_control_character_breaks_a_field_wherever_in_its_value_it_stands(int length) {
    for (int place = 0; place < length; place++) {
      for (int octet = 0; octet <= 0xff; octet++) {
        boolean lineEnd = octet == '\r' || octet == '\n';
        boolean control = (octet < ' ' && octet != '\t') || octet == 0x7f;
        if (lineEnd) {
          continue;
        }
        ByteBuf head = head(length, place, octet);
        if (control) {
          assertThatThrownBy(() -> new HeadRules(100, 1000).whole(head))
              .as("octet %d at %d of %d", octet, place, length)
              .isInstanceOf(HeadRules.BrokenHeadException.class);
        } else {
          assertThat(new HeadRules(100, 1000).whole(head))
              .as("octet %d at %d of %d", octet, place, length)
              .isTrue();
        }
      }
    }
  }

  private static ByteBuf head(int length, int place, int octet) {
    byte[] value = "v".repeat(length).getBytes(StandardCharsets.US_ASCII);
    value[place] = (byte) octet;
    return Unpooled.wrappedBuffer(
        BEFORE.getBytes(StandardCharsets.US_ASCII),
        value,
        AFTER.getBytes(StandardCharsets.US_ASCII));
  }
}

package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class EventLogPropertiesTest {

  private static final String PREFIX = "octroi.usage.event-log";

  @ParameterizedTest
  @CsvSource({
    "bucket, Not_A_Bucket",
    "bucket, ''",
    "prefix, /begins/with/a/slash",
    "prefix, _hidden",
    "prefix, ../elsewhere",
    "region, eu west 3",
    "region, ''",
    "endpoint, s3.example.org",
    "endpoint, ftp://s3.example.org",
    "endpoint, https://s3.example.org/path",
    "endpoint, https://user:word@s3.example.org",
    "secret-key, ''",
    "access-key, ''",
    "path-style, perhaps",
  })
  void what_names_no_bucket_is_refused_with_the_name_of_the_setting(String setting, String value) {
    Map<String, String> settings = settings();
    settings.put(PREFIX + ".s3." + setting, value);

    assertThatThrownBy(() -> bound(settings))
        .extracting(e -> e + " " + e.getCause() + " " + root(e))
        .asString()
        .contains(PREFIX + ".s3." + setting)
        .doesNotContain("very-secret");
  }

  private static Throwable root(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return cause == null ? thrown : root(cause);
  }

  @Test
  void a_server_of_ones_own_needs_no_region_and_is_asked_by_path() {
    Map<String, String> settings = settings();
    settings.remove(PREFIX + ".s3.region");
    settings.put(PREFIX + ".s3.endpoint", "http://127.0.0.1:9000");
    settings.put(PREFIX + ".s3.prefix", "octroi/event-log/");

    EventLogProperties.S3 s3 = bound(settings).s3();

    assertThat(s3.namesBucketInPath()).isTrue();
    assertThat(s3.where()).isEqualTo("bucket octroi/octroi/event-log at http://127.0.0.1:9000");
    settings.put(PREFIX + ".s3.path-style", "false");
    assertThat(bound(settings).s3().namesBucketInPath()).isFalse();
  }

  @Test
  void the_keys_are_not_told() {
    assertThat(bound(settings()).toString())
        .contains("bucket octroi at Amazon S3 in eu-west-3")
        .doesNotContain("access", "very-secret");
  }

  @Test
  void without_settings_it_goes_to_a_folder() {
    EventLogProperties none = bound(Map.of(PREFIX + ".enabled", "true"));

    assertThat(new EventLogPlace().eventLogFiles(none)).isInstanceOf(EventLogFolder.class);
  }

  private static Map<String, String> settings() {
    return new HashMap<>(
        Map.of(
            PREFIX + ".s3.bucket", "octroi",
            PREFIX + ".s3.region", "eu-west-3",
            PREFIX + ".s3.access-key", "access",
            PREFIX + ".s3.secret-key", "very-secret"));
  }

  private static EventLogProperties bound(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bind(PREFIX, EventLogProperties.class)
        .get();
  }
}

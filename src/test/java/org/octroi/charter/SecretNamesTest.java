package org.octroi.charter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Which settings a charter can name as its secrets. */
class SecretNamesTest {

  @ParameterizedTest
  @ValueSource(strings = {"STOPS_KEY", "stops_key", "stops-key", "stops.key", "StopsKey"})
  void a_name_is_the_same_whatever_its_case_and_punctuation(String name) {
    assertThat(variable("OCTROI_CHARTER_SECRETS_STOPS_KEY").find(name)).hasValue("open sesame");
    assertThat(setting("octroi.charter.secrets.STOPS_KEY").find(name)).hasValue("open sesame");
    assertThat(setting("octroi.charter.secrets[Stops-Key]").find(name)).hasValue("open sesame");
  }

  @Test
  void nothing_else_of_the_settings_can_be_named() {
    assertThat(setting("spring.datasource.password").find("spring.datasource.password")).isEmpty();
    assertThat(variable("STOPS_KEY").find("STOPS_KEY")).isEmpty();
  }

  @Test
  void where_two_settings_have_one_name_the_stronger_one_holds() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addLast(new MapPropertySource("weak", Map.of("octroi.charter.secrets.STOPS_KEY", "old")));
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource("strong", Map.of("octroi.charter.secrets.stops-key", "new")));

    assertThat(new SecretNames(environment).find("STOPS_KEY")).hasValue("new");
  }

  private static SecretNames variable(String name) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of(name, "open sesame")));
    return new SecretNames(environment);
  }

  private static SecretNames setting(String name) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("test", Map.of(name, "open sesame")));
    return new SecretNames(environment);
  }
}

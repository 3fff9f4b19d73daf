package org.octroi.store;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * The settings {@code octroi.store.*} as the program reads them: what isn't said has its default.
 */
final class Settings {

  private Settings() {}

  static StoreProperties of(Map<String, String> named) {
    Map<String, String> full = new HashMap<>();
    named.forEach((name, value) -> full.put("octroi.store." + name, value));
    return new Binder(new MapConfigurationPropertySource(full))
        .bindOrCreate("octroi.store", StoreProperties.class);
  }
}

package org.octroi.charter;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which charters are in force.
 *
 * @param load charter files to apply at each start, in this order; one that says nothing new
 *     changes nothing, one with anything wrong in it stops the start
 */
@ConfigurationProperties("octroi.charter")
record CharterProperties(@DefaultValue List<Path> load) {

  CharterProperties {
    load = List.copyOf(load);
  }
}

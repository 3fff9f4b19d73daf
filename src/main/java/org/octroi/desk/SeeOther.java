package org.octroi.desk;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * The answer to a form that did its work: the page to go on with. The address has no host, so that
 * it is right behind any proxy.
 */
final class SeeOther {

  private SeeOther() {}

  static ResponseEntity<Void> at(String path) {
    return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(path)).build();
  }
}

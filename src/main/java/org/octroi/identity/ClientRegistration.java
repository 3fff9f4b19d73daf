package org.octroi.identity;

import org.springframework.stereotype.Component;

/** Whether programs may register themselves as clients (RFC 7591), as the administrator set it. */
@Component
public class ClientRegistration {

  /** Where they do. */
  public static final String PATH = "/api/v1/clients";

  private final boolean open;

  ClientRegistration(IdentityProperties properties) {
    this.open = properties.clientRegistration();
  }

  /** Whether they may. */
  public boolean open() {
    return open;
  }
}

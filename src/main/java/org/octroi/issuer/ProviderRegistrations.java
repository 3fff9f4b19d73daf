package org.octroi.issuer;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.PublicAddresses;
import org.octroi.secret.Seal;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.stereotype.Component;

/**
 * What the desk is at the issuers that people sign in with, as Spring Security wants to know it.
 */
@Component
class ProviderRegistrations implements ClientRegistrationRepository {

  private final SignInProviders providers;
  private final Seal seal;
  private final PublicAddresses addresses;

  ProviderRegistrations(SignInProviders providers, Seal seal, PublicAddresses addresses) {
    this.providers = providers;
    this.seal = seal;
    this.addresses = addresses;
  }

  @Override
  public @Nullable ClientRegistration findByRegistrationId(String slug) {
    return providers.find(slug).map(this::registration).orElse(null);
  }

  private ClientRegistration registration(SignInProvider provider) {
    return ClientRegistration.withRegistrationId(provider.slug())
        .clientName(provider.name())
        .clientId(provider.clientId())
        .clientSecret(seal.openText(RegisterProvider.SEALED_FOR, provider.sealedSecret()))
        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
        .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
        .redirectUri(addresses.atDesk(ProviderSecurity.BACK + provider.slug()))
        .scope(Stream.concat(Stream.of("openid"), provider.scopes().stream()).distinct().toList())
        .issuerUri(provider.issuer())
        .authorizationUri(provider.endpoints().authorization())
        .tokenUri(provider.endpoints().token())
        .userInfoUri(provider.endpoints().userInfo().orElse(null))
        .userNameAttributeName("sub")
        .clientSettings(ClientRegistration.ClientSettings.builder().requireProofKey(true).build())
        .build();
  }
}

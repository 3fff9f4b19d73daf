package org.octroi.authority;

import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.authority.KeptAuthorizations.Kept;
import org.octroi.authority.KeptAuthorizations.Kind;
import org.octroi.authority.KeptAuthorizations.State;
import org.octroi.authority.KeptAuthorizations.Token;
import org.octroi.identity.ApplicationChanged;
import org.octroi.identity.RevokedTokens;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Sha256;
import org.octroi.vocabulary.TokenReach;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2DeviceCode;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2UserCode;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Authorizations as the library sees them. Those that a person took part in are kept, their codes
 * and tokens as hashes; JWTs say themselves what there is to know of them ({@link IssuedTokens}).
 *
 * <p>A code, a device's code and a refresh token are good once, also when two requests come with
 * one at the same time: the row decides. A refresh token that comes a second time was copied, so
 * everything that came of the authorization ends (RFC 9700 §4.14.2).
 */
final class Authorizations implements OAuth2AuthorizationService {

  private static final Logger LOG = LoggerFactory.getLogger(Authorizations.class);

  /** Before the hash of a code or token whose text nobody knows here. */
  private static final String HASHED = "sha256:";

  /** The refresh token that came, to be spent when another is given for it. */
  private static final String CAME = Authorizations.class.getName() + ".came";

  /** The hashes of what was good no more when the authorization was looked up. */
  private static final String USED_BEFORE = Authorizations.class.getName() + ".used";

  /** A page of consent that nobody answers. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final IssuedTokens issued;
  private final KeptAuthorizations kept;
  private final RegisteredClientRepository clients;
  private final RevokedTokens revoked;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  Authorizations(
      IssuedTokens issued,
      KeptAuthorizations kept,
      RegisteredClientRepository clients,
      RevokedTokens revoked,
      AuditTrail trail,
      TransactionTemplate transaction,
      ApplicationEventPublisher events,
      Clock clock) {
    this.issued = issued;
    this.kept = kept;
    this.clients = clients;
    this.revoked = revoked;
    this.trail = trail;
    this.transaction = transaction;
    this.events = events;
    this.clock = clock;
  }

  // ---- keeping ---------------------------------------------------------------------------------

  @Override
  public void save(OAuth2Authorization authorization) {
    if (isKept(authorization)) {
      transaction.executeWithoutResult(status -> keep(authorization));
    } else {
      issued.save(authorization);
    }
  }

  private static boolean isKept(OAuth2Authorization authorization) {
    AuthorizationGrantType grant = authorization.getAuthorizationGrantType();
    if (authorization.getAttribute(IssuedTokens.READ_FROM_ITSELF) != null) {
      return false;
    }
    if (authorization.getAttribute(USED_BEFORE) != null) {
      return true;
    }
    if (grant.equals(AuthorizationGrantType.CLIENT_CREDENTIALS)
        || grant.equals(AuthorizationGrantType.TOKEN_EXCHANGE)) {
      OAuth2Authorization.Token<OAuth2AccessToken> token = authorization.getAccessToken();
      return token != null && token.getToken() instanceof OpaqueToken;
    }
    return true;
  }

  private void keep(OAuth2Authorization authorization) {
    Map<Kind, OAuth2Authorization.Token<?>> tokens = tokens(authorization);
    Instant until =
        tokens.values().stream()
            .map(token -> Objects.requireNonNull(token.getToken().getExpiresAt()))
            .max(Instant::compareTo)
            .orElse(clock.instant().plus(PATIENCE));
    kept.keep(
        new Kept(
            authorization.getId(),
            ApplicationId.of(authorization.getRegisteredClientId()),
            state(authorization)),
        until);
    if (ended(tokens.get(Kind.REFRESH))
        || ended(tokens.get(Kind.ACCESS))
        || ended(tokens.get(Kind.OPAQUE))) {
      end(authorization.getId());
    }
    keepState(authorization);
    spend(authorization, tokens.get(Kind.REFRESH));
    Set<String> usedBefore = usedBefore(authorization);
    ApplicationId application = ApplicationId.of(authorization.getRegisteredClientId());
    tokens.forEach(
        (kind, token) -> keep(authorization.getId(), application, kind, token, usedBefore));
  }

  private static Set<String> usedBefore(OAuth2Authorization authorization) {
    @Nullable Set<String> hashes = authorization.getAttribute(USED_BEFORE);
    return hashes == null ? Set.of() : hashes;
  }

  private static boolean ended(OAuth2Authorization.@Nullable Token<?> token) {
    return token != null && token.isInvalidated();
  }

  private void keepState(OAuth2Authorization authorization) {
    @Nullable String state = authorization.getAttribute(OAuth2ParameterNames.STATE);
    String hash = state == null ? "" : hash(state);
    kept.forgetStates(authorization.getId(), hash);
    if (state != null && kept.findToken(hash).isEmpty()) {
      Instant now = clock.instant();
      kept.add(
          new Token(
              hash, authorization.getId(), Kind.STATE, now, now.plus(PATIENCE), false, Map.of()));
    }
  }

  /** The refresh token that came, when another is given for it. */
  private void spend(
      OAuth2Authorization authorization, OAuth2Authorization.@Nullable Token<?> refresh) {
    @Nullable String came = authorization.getAttribute(CAME);
    if (came != null
        && refresh != null
        && !refresh.isInvalidated()
        && !hash(refresh.getToken().getTokenValue()).equals(came)
        && !kept.spendRefresh(came)) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
    }
  }

  private void keep(
      String authorization,
      ApplicationId application,
      Kind kind,
      OAuth2Authorization.Token<?> token,
      Set<String> usedBefore) {
    String hash = hash(token.getToken().getTokenValue());
    Optional<Token> before = kept.findToken(hash);
    if (before.isEmpty()) {
      kept.add(
          new Token(
              hash,
              authorization,
              kind,
              Objects.requireNonNull(token.getToken().getIssuedAt()),
              Objects.requireNonNull(token.getToken().getExpiresAt()),
              false,
              isAccess(kind) || kind == Kind.ID ? said(token) : Map.of()));
      if (kind == Kind.OPAQUE) {
        events.publishEvent(new ApplicationChanged(application));
      }
    } else if (token.isInvalidated() && !usedBefore.contains(hash)) {
      // Good when it was looked up: whoever comes second at the same time has nothing.
      if (!kept.invalidate(hash) && kind.forOneUse()) {
        throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
      }
    }
  }

  /** What a token says, with times as seconds. */
  private static Map<String, Object> said(OAuth2Authorization.Token<?> token) {
    Map<String, Object> claims = new LinkedHashMap<>();
    if (token.getClaims() != null) {
      token
          .getClaims()
          .forEach(
              (name, value) ->
                  claims.put(
                      name,
                      switch (value) {
                        case Instant time -> time.getEpochSecond();
                        case java.net.URL address -> address.toString();
                        default -> value;
                      }));
    }
    return claims;
  }

  private State state(OAuth2Authorization authorization) {
    OAuth2AuthorizationRequest request =
        authorization.getAttribute(OAuth2AuthorizationRequest.class.getName());
    @Nullable Set<String> asked = authorization.getAttribute(OAuth2ParameterNames.SCOPE);
    return new State(
        authorization.getAuthorizationGrantType().getValue(),
        authorization.getPrincipalName(),
        new TreeSet<>(authorization.getAuthorizedScopes()),
        request == null
            ? null
            : new KeptAuthorizations.Request(
                request.getAuthorizationUri(),
                request.getClientId(),
                request.getRedirectUri(),
                new TreeSet<>(request.getScopes()),
                request.getState(),
                new HashMap<>(request.getAdditionalParameters())),
        asked == null ? null : new TreeSet<>(asked),
        isPerson(authorization));
  }

  private static boolean isPerson(OAuth2Authorization authorization) {
    return authorization.getAttribute(Principal.class.getName()) != null
        && !authorization
            .getAuthorizationGrantType()
            .equals(AuthorizationGrantType.CLIENT_CREDENTIALS);
  }

  private static Map<Kind, OAuth2Authorization.Token<?>> tokens(OAuth2Authorization of) {
    Map<Kind, OAuth2Authorization.Token<?>> tokens = new LinkedHashMap<>();
    put(tokens, Kind.CODE, of.getToken(OAuth2AuthorizationCode.class));
    put(tokens, Kind.DEVICE_CODE, of.getToken(OAuth2DeviceCode.class));
    put(tokens, Kind.USER_CODE, of.getToken(OAuth2UserCode.class));
    put(tokens, accessKind(of.getAccessToken()), of.getAccessToken());
    put(tokens, Kind.ID, of.getToken(OidcIdToken.class));
    put(tokens, Kind.REFRESH, of.getRefreshToken());
    return tokens;
  }

  private static Kind accessKind(OAuth2Authorization.@Nullable Token<OAuth2AccessToken> token) {
    return token != null && token.getToken().getTokenValue().startsWith(TokenReach.PREFIX)
        ? Kind.OPAQUE
        : Kind.ACCESS;
  }

  private static void put(
      Map<Kind, OAuth2Authorization.Token<?>> tokens,
      Kind kind,
      OAuth2Authorization.@Nullable Token<?> token) {
    if (token != null) {
      tokens.put(kind, token);
    }
  }

  @Override
  public void remove(OAuth2Authorization authorization) {
    transaction.executeWithoutResult(status -> kept.remove(authorization.getId()));
  }

  // ---- finding ---------------------------------------------------------------------------------

  @Override
  public @Nullable OAuth2Authorization findById(String id) {
    return kept.find(id).map(found -> authorization(found, Optional.empty(), "")).orElse(null);
  }

  @Override
  public @Nullable OAuth2Authorization findByToken(String text, @Nullable OAuth2TokenType type) {
    if (text.startsWith(HASHED)) {
      return null;
    }
    if (IssuedTokens.mayRead(text)) {
      return issued.findByToken(text, type);
    }
    Optional<Token> token = kept.findToken(hash(text)).filter(found -> isOf(found.kind(), type));
    if (token.isEmpty()) {
      return null;
    }
    if (token.get().kind() == Kind.SPENT_REFRESH) {
      copied(token.get());
      return null;
    }
    return kept.find(token.get().authorization())
        .map(found -> authorization(found, token, text))
        .orElse(null);
  }

  private static boolean isOf(Kind kind, @Nullable OAuth2TokenType type) {
    if (type == null) {
      return kind == Kind.ACCESS || kind == Kind.OPAQUE || kind == Kind.REFRESH;
    }
    return switch (kind) {
      case STATE -> type.getValue().equals(OAuth2ParameterNames.STATE);
      case CODE -> type.getValue().equals(OAuth2ParameterNames.CODE);
      case ACCESS, OPAQUE -> type.equals(OAuth2TokenType.ACCESS_TOKEN);
      case REFRESH, SPENT_REFRESH -> type.equals(OAuth2TokenType.REFRESH_TOKEN);
      case USER_CODE -> type.getValue().equals(OAuth2ParameterNames.USER_CODE);
      case ID -> false;
      case DEVICE_CODE -> type.getValue().equals(OAuth2ParameterNames.DEVICE_CODE);
    };
  }

  /** Somebody has a refresh token that was spent: they or the one who spent it stole it. */
  private void copied(Token token) {
    LOG.atWarn()
        .addKeyValue("authorization", token.authorization())
        .log("A refresh token came a second time: what came of its authorization ends");
    transaction.executeWithoutResult(
        status -> {
          end(token.authorization());
          trail.record(
              new Actor.House("authority"),
              "authorization.copied",
              Optional.empty(),
              "authorization",
              token.authorization(),
              Map.of());
        });
  }

  private @Nullable OAuth2Authorization authorization(
      Kept found, Optional<Token> came, String text) {
    @Nullable RegisteredClient client = clients.findById(found.application().toString());
    if (client == null) {
      // It is suspended: what it was let do waits.
      return null;
    }
    State state = found.state();
    OAuth2Authorization.Builder builder =
        OAuth2Authorization.withRegisteredClient(client)
            .id(found.id())
            .principalName(state.principal())
            .authorizationGrantType(new AuthorizationGrantType(state.grant()))
            .authorizedScopes(state.scopes());
    if (state.answered() || state.request() == null && state.askedScopes() == null) {
      builder.attribute(Principal.class.getName(), person(state.principal()));
    }
    if (state.request() != null) {
      builder.attribute(OAuth2AuthorizationRequest.class.getName(), request(state.request()));
    }
    if (state.askedScopes() != null) {
      builder.attribute(OAuth2ParameterNames.SCOPE, state.askedScopes());
    }
    List<Token> tokens = kept.tokens(found.id());
    builder.attribute(
        USED_BEFORE,
        tokens.stream()
            .filter(Token::invalidated)
            .map(Token::hash)
            .collect(Collectors.toUnmodifiableSet()));
    boolean forAccess = came.filter(token -> isAccess(token.kind())).isPresent();
    for (Token token : tokens) {
      boolean itself = came.isPresent() && came.get().hash().equals(token.hash());
      // Of several access tokens an authorization shows the one that came, or else the newest.
      if (itself || !isAccess(token.kind()) || !forAccess) {
        add(builder, token, itself ? text : HASHED + token.hash(), state);
      }
    }
    came.filter(token -> token.kind() == Kind.REFRESH)
        .ifPresent(token -> builder.attribute(CAME, token.hash()));
    return builder.build();
  }

  private static boolean isAccess(Kind kind) {
    return kind == Kind.ACCESS || kind == Kind.OPAQUE;
  }

  /** A page of consent knows itself by its state, and a token by its text. */
  private static void add(
      OAuth2Authorization.Builder builder, Token token, String value, State state) {
    Map<String, Object> metadata =
        Map.of(OAuth2Authorization.Token.INVALIDATED_METADATA_NAME, token.invalidated());
    switch (token.kind()) {
      case STATE -> builder.attribute(OAuth2ParameterNames.STATE, value);
      case CODE ->
          builder.token(
              new OAuth2AuthorizationCode(value, token.issued(), token.expires()),
              all -> all.putAll(metadata));
      case DEVICE_CODE ->
          builder.token(
              new OAuth2DeviceCode(value, token.issued(), token.expires()),
              all -> all.putAll(metadata));
      case USER_CODE ->
          builder.token(
              new OAuth2UserCode(value, token.issued(), token.expires()),
              all -> all.putAll(metadata));
      case REFRESH ->
          builder.token(
              new OAuth2RefreshToken(value, token.issued(), token.expires()),
              all -> all.putAll(metadata));
      case ID ->
          builder.token(
              new OidcIdToken(
                  value,
                  token.issued(),
                  token.expires(),
                  IssuedTokens.withInstants(token.claims())),
              all -> all.putAll(metadata));
      case SPENT_REFRESH -> {
        // Only its hash matters any more.
      }
      case ACCESS, OPAQUE ->
          builder.token(
              new OAuth2AccessToken(
                  token.claims().containsKey("cnf")
                      ? OAuth2AccessToken.TokenType.DPOP
                      : OAuth2AccessToken.TokenType.BEARER,
                  value,
                  token.issued(),
                  token.expires(),
                  state.scopes()),
              all -> {
                all.putAll(metadata);
                all.put(
                    OAuth2Authorization.Token.CLAIMS_METADATA_NAME,
                    IssuedTokens.withInstants(token.claims()));
              });
    }
  }

  static Authentication person(String id) {
    return UsernamePasswordAuthenticationToken.authenticated(id, null, List.of());
  }

  private static OAuth2AuthorizationRequest request(KeptAuthorizations.Request request) {
    Map<String, Object> more = new HashMap<>();
    request
        .more()
        .forEach(
            (name, value) ->
                more.put(
                    name,
                    value instanceof List<?> several
                        ? several.stream().map(String::valueOf).toArray(String[]::new)
                        : value));
    return OAuth2AuthorizationRequest.authorizationCode()
        .authorizationUri(request.address())
        .clientId(request.clientId())
        .redirectUri(request.redirectUri())
        .scopes(request.scopes())
        .state(request.state())
        .additionalParameters(more)
        .build();
  }

  // ---- ending ----------------------------------------------------------------------------------

  /**
   * Ends what a person let applications do, or one of them: their tokens are refused everywhere
   * from the end of the transaction on.
   */
  void endAll(PersonId person, Optional<ApplicationId> application) {
    transaction.executeWithoutResult(status -> kept.of(person, application).forEach(this::end));
  }

  private void end(String authorization) {
    Optional<Kept> found = kept.find(authorization);
    List<Token> tokens = kept.tokens(authorization);
    kept.invalidateAll(authorization);
    if (tokens.stream().anyMatch(token -> token.kind() == Kind.OPAQUE)) {
      events.publishEvent(new ApplicationChanged(found.orElseThrow().application()));
    }
    KeptAuthorizations.live(tokens, clock.instant())
        .filter(token -> token.kind() == Kind.ACCESS && token.claims().containsKey("jti"))
        .forEach(
            token ->
                revoked.revoke(
                    UUID.fromString(String.valueOf(token.claims().get("jti"))),
                    token.expires(),
                    found.orElseThrow().application()));
  }

  private static String hash(String text) {
    return text.startsWith(HASHED) ? text.substring(HASHED.length()) : Sha256.hex(text);
  }
}

package org.octroi.realm;

import java.util.Optional;
import org.octroi.agreement.AgreementEvent;
import org.octroi.identity.ApplicationChanged;
import org.octroi.identity.ClientSecretIssued;
import org.octroi.identity.OpaqueSecret;
import org.octroi.issuer.IssuerChanged;
import org.octroi.outbox.Envelope;
import org.octroi.outbox.Errand;
import org.octroi.outbox.ErrandRunner;
import org.octroi.outbox.MessageId;
import org.octroi.outbox.Outbox;
import org.octroi.territory.CatalogueChanged;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.StoredJson;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Writes down, in the transaction of what happened, that the realm has to be brought in step, and
 * does so afterwards. An errand names what to look at and not what to do, so that one that comes
 * late or twice does no harm; only a client's secret travels in it, sealed, and is forgotten when
 * it has arrived.
 */
@Component
class RealmErrands implements ErrandRunner {

  private final RealmProperties properties;
  private final Outbox outbox;
  private final Provisioning provisioning;

  RealmErrands(RealmProperties properties, Outbox outbox, Provisioning provisioning) {
    this.properties = properties;
    this.outbox = outbox;
    this.provisioning = provisioning;
  }

  /**
   * What an errand is about.
   *
   * @param application the application; empty for the scopes of all datasets
   * @param secret its new secret; empty where it has none
   */
  private record About(String application, String secret) {

    static About scopes() {
      return new About("", "");
    }

    static About application(ApplicationId id) {
      return new About(id.toString(), "");
    }

    /** Without the secret. */
    @Override
    public String toString() {
      return "About[" + application + "]";
    }
  }

  @EventListener
  void on(ClientSecretIssued issued) {
    put(issued.application(), new About(issued.application().toString(), issued.secret().text()));
  }

  @EventListener
  void on(ApplicationChanged changed) {
    put(changed.application(), About.application(changed.application()));
  }

  @EventListener
  void on(AgreementEvent happened) {
    put(happened.application(), About.application(happened.application()));
  }

  @EventListener
  void on(CatalogueChanged changed) {
    put(changed.territory(), About.scopes());
  }

  @EventListener
  void on(IssuerChanged changed) {
    put(changed.issuer(), About.scopes());
  }

  private void put(Id subject, About about) {
    if (properties.isSet()) {
      outbox.put(
          new Envelope(
              MessageId.create(),
              about.application().isEmpty() ? "realm.scopes" : "realm.application",
              Optional.empty(),
              subject),
          new Errand(StoredJson.MAPPER.writeValueAsString(about)));
    }
  }

  @Override
  public void run(String body) throws ErrandFailedException {
    if (!properties.isSet()) {
      throw new ErrandFailedException("no realm is set any more (octroi.keycloak.url)");
    }
    About about = StoredJson.MAPPER.readValue(body, About.class);
    try {
      if (about.application().isEmpty()) {
        provisioning.scopes();
      } else {
        provisioning.application(
            ApplicationId.of(about.application()),
            Optional.of(about.secret()).filter(text -> !text.isEmpty()).map(OpaqueSecret::new));
      }
    } catch (RealmUnavailableException e) {
      throw new ErrandFailedException(e.why());
    }
  }
}

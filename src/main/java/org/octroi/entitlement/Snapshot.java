package org.octroi.entitlement;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Obligations;
import org.octroi.quota.Limits;
import org.octroi.store.StoreTarget;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.DistributionId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.KeyHash;
import org.octroi.vocabulary.KeyId;
import org.octroi.vocabulary.Level;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.TierName;
import org.octroi.vocabulary.TokenReach;

/** What the gate looks things up in: immutable, at one revision. All lookups are constant time. */
public interface Snapshot {

  /** Grows with every change at the desk. */
  long revision();

  /** The dataset at {@code /{territory}/{dataset}}. */
  Optional<Dataset> dataset(String territory, String dataset);

  /** The application that this client is, of our own issuer or of one that is trusted. */
  Optional<Application> application(String issuer, String clientId);

  /** Whether this issuer's tokens open anything in a territory; our own issuer's do everywhere. */
  boolean trusts(String issuer, TerritoryId territory);

  /** The API key with this hash, and whose it is; also when it has expired. */
  Optional<HeldKey> key(KeyHash hash);

  /** The agreements of an application for a dataset, in whatever state, newest first. */
  List<Agreement> agreements(ApplicationId application, DatasetId dataset);

  /** Whether the access token of this issuer that carries this id was revoked. */
  boolean tokenRevoked(String issuer, String tokenId);

  /** Whether pages of this web origin may ask at all: an active application registered it. */
  boolean originRegistered(String origin);

  /**
   * A territory, as far as the gate must know it.
   *
   * @param id its id
   * @param slug its name in addresses
   * @param zone its time zone
   */
  record Territory(TerritoryId id, Slug slug, ZoneId zone) {}

  /** An OAuth2 client of an issuer. */
  record Client(String issuer, String clientId) {}

  /**
   * A token of an issuer that is not our own; ids are the issuer's, and two may give the same.
   *
   * @return the text that such a token's revocation is kept by
   */
  static String foreignToken(String issuer, String tokenId) {
    return issuer + " " + tokenId;
  }

  /**
   * A dataset.
   *
   * @param id its id
   * @param territory its territory
   * @param holder its holder
   * @param holderName the holder's name
   * @param slug its name in addresses
   * @param title its title
   * @param classification how openly it may go out
   * @param themes EU data themes, as their codes
   * @param flags legal flags
   * @param source who to name as the source
   * @param lastUpdate when the data last changed, as the holder states it
   * @param paused whether the holder paused it
   * @param retired whether it is gone for good; it has no distributions and no offers then
   * @param deprecation that it is not to be built upon any more, where that is so
   * @param limits what is let through of it in all, whoever asks
   * @param distributions by slug
   * @param defaultDistribution the slug of the one that {@code /{territory}/{dataset}} means
   * @param anonymousOffer the offer that anybody may use, at most one
   * @param offers every published offer that a reuser could ask for
   */
  record Dataset(
      DatasetId id,
      Territory territory,
      HolderId holder,
      String holderName,
      Slug slug,
      Bilingual title,
      Classification classification,
      SortedSet<String> themes,
      SortedSet<String> flags,
      String source,
      Instant lastUpdate,
      boolean paused,
      boolean retired,
      Optional<Deprecation> deprecation,
      Limits limits,
      Map<String, Distribution> distributions,
      String defaultDistribution,
      Optional<Offer> anonymousOffer,
      List<Offer> offers) {}

  /**
   * That a dataset is not to be built upon any more.
   *
   * @param since from when on; may be ahead
   * @param sunset from when on it may be gone
   * @param page where its holder says more, an https address in ASCII
   * @param successor the dataset of the same territory that replaces it
   */
  record Deprecation(
      Instant since, Optional<Instant> sunset, Optional<String> page, Optional<Slug> successor) {}

  /**
   * A distribution.
   *
   * @param id its id
   * @param slug its name in addresses
   * @param actions what can be done with it; the first in {@link Action}'s order is the default
   * @param target its store
   */
  record Distribution(DistributionId id, Slug slug, Set<Action> actions, StoreTarget target) {}

  /**
   * A published offer.
   *
   * @param id this version of the offer
   * @param slug its name, unique in its territory
   * @param title its title
   * @param level how much it asks
   * @param approval how a request is decided
   * @param licence the frozen text
   * @param tier what it gives
   * @param purposes the purposes that may be asked for; empty where any may
   * @param reuserKinds who may ask; empty where anybody may
   */
  record Offer(
      OfferId id,
      Slug slug,
      Bilingual title,
      Level level,
      Approval approval,
      Licence licence,
      Tier tier,
      SortedSet<Purpose> purposes,
      Set<ReuserKind> reuserKinds) {

    /** The same offer, of which an agreement gives less. */
    public Offer withTier(Tier less) {
      return new Offer(id, slug, title, level, approval, licence, less, purposes, reuserKinds);
    }

    /** The same offer, for an agreement that accepted another version of its licence. */
    public Offer under(Licence accepted) {
      return new Offer(id, slug, title, level, approval, accepted, tier, purposes, reuserKinds);
    }
  }

  /**
   * A frozen licence version.
   *
   * @param version its id
   * @param slug the licence's name in addresses
   * @param number the version's number, from 1
   * @param name its official name
   * @param address its canonical address
   * @param textSha256 the hash of its text, in hex
   */
  record Licence(
      LicenceVersionId version,
      String slug,
      int number,
      Bilingual name,
      String address,
      String textSha256) {}

  /**
   * A tier.
   *
   * @param name its name
   * @param limits its rate and quotas
   * @param obligations by the dataset's id; a dataset without an entry is not given at all, one
   *     that nothing is demanded for has {@link Obligations#NONE}
   */
  record Tier(TierName name, Limits limits, Map<DatasetId, Obligations> obligations) {

    /**
     * What this tier demands for a dataset.
     *
     * @throws IllegalStateException when it says nothing of that dataset
     */
    public Obligations obligationsFor(DatasetId dataset) {
      @Nullable Obligations demanded = obligations.get(dataset);
      if (demanded == null) {
        throw new IllegalStateException("Tier " + name + " says nothing of dataset " + dataset);
      }
      return demanded;
    }
  }

  /**
   * An application.
   *
   * @param id its id
   * @param active whether it may act
   * @param reuser its owner, a person's or an organisation's id, opaque here
   * @param reuserKind the owner's kind
   * @param origins the web origins, such as {@code https://example.org}, whose pages may read with
   *     its tokens
   * @param keys its API keys that were not revoked, and its opaque tokens
   */
  record Application(
      ApplicationId id,
      boolean active,
      String reuser,
      ReuserKind reuserKind,
      Set<String> origins,
      List<Key> keys) {

    public Application {
      origins = Set.copyOf(origins);
      keys = List.copyOf(keys);
    }
  }

  /**
   * An API key of an application, or an opaque token, of which nobody here knows more than the
   * hash.
   *
   * @param id its id
   * @param hash by what it is known when it comes
   * @param expires the first moment at which it is not good any more
   * @param reach how far it reaches, where it is a token; a key reaches as far as the agreements
   */
  record Key(KeyId id, KeyHash hash, Optional<Instant> expires, Optional<TokenReach> reach) {}

  /** An API key, and the application that it speaks for. */
  record HeldKey(Key key, Application application) {}

  /**
   * An agreement.
   *
   * @param id its id
   * @param number what people quote
   * @param application the application that it is for
   * @param offer the frozen offer that was accepted
   * @param datasets what it covers
   * @param status where it is in its life
   * @param purposes the purposes agreed to, as they were asked for
   * @param purposesClosed these and all narrower ones
   * @param validFrom the first moment
   * @param validUntil the first moment after
   * @param reacceptance by when a newer text of the licence must be accepted; empty where none asks
   *     for it
   * @param maskKey its sealed key for masks by hash
   */
  record Agreement(
      AgreementId id,
      AgreementNumber number,
      ApplicationId application,
      Offer offer,
      Set<DatasetId> datasets,
      AgreementStatus status,
      SortedSet<Purpose> purposes,
      SortedSet<Purpose> purposesClosed,
      Instant validFrom,
      Optional<Instant> validUntil,
      Optional<Reacceptance> reacceptance,
      String maskKey) {

    /**
     * Whether it is active, has begun, has not ended and waits for no acceptance that is overdue,
     * by the whole minutes that the policy sees too: an agreement past its end keeps its status
     * until the desk notices.
     */
    public boolean inForce(Instant now) {
      Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
      return status == AgreementStatus.ACTIVE
          && !validFrom.truncatedTo(ChronoUnit.MINUTES).isAfter(minute)
          && isAhead(validUntil, minute)
          && isAhead(reacceptance.map(Reacceptance::by), minute);
    }

    private static boolean isAhead(Optional<Instant> end, Instant minute) {
      return end.map(moment -> moment.truncatedTo(ChronoUnit.MINUTES).isAfter(minute)).orElse(true);
    }
  }

  /**
   * That a newer version of an agreement's licence asks to be accepted.
   *
   * @param by from this moment on the agreement serves no more: the earliest that a newer version
   *     set
   * @param newer all newer versions, by number
   */
  record Reacceptance(Instant by, List<NewerVersion> newer) {

    /** At least one version is newer. */
    public Reacceptance {
      if (newer.isEmpty()) {
        throw new IllegalArgumentException("no version is newer");
      }
      newer = List.copyOf(newer);
    }

    /** The version to accept: the newest in effect, or the first that will be. */
    public NewerVersion toAccept(Instant now) {
      return newer.reversed().stream()
          .filter(version -> !version.effectiveAt().isAfter(now))
          .findFirst()
          .orElse(newer.getFirst());
    }
  }

  /**
   * A version of a licence that came after the one that was accepted.
   *
   * @param number its number
   * @param textSha256 the hash of its text, in hex
   * @param effectiveAt from when on it is the licence's text
   */
  record NewerVersion(int number, String textSha256, Instant effectiveAt) {}
}

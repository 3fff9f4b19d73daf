package org.octroi.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.reflect.RecordComponent;
import java.util.Base64;
import java.util.Map;
import org.octroi.entitlement.Snapshot;
import org.octroi.secret.Seal;
import org.octroi.store.StoreTarget;
import org.octroi.vocabulary.Sha256;

/**
 * What becomes of secrets that leave one machine for another. Each machine seals under a key file
 * of its own: the desk opens what it sends, the line encrypts it, the gate seals it again before it
 * keeps it. So the desk's key file, which opens much more than a gate may know, stays at the desk.
 * Safe for use by many threads.
 */
public sealed interface Secrets {

  /** They stay as they are: for a file that the same machine reads again. */
  Secrets STAY = new Staying();

  /** They are opened under this machine's key file when written, and sealed when read. */
  static Secrets travelling(Seal seal) {
    return new Travelling(seal);
  }

  /** What is sent of a secret that is sealed for this use. */
  String written(String use, String sealed);

  /** What is kept of a secret that came. */
  String read(String use, String written);

  /** What a component is sealed for; the empty text where it is no secret. */
  static String useOf(Class<?> type, RecordComponent component) {
    return Travelling.SEALED.getOrDefault(Travelling.name(type, component.getName()), "");
  }

  /** Nothing becomes of them. */
  final class Staying implements Secrets {
    @Override
    public String written(String use, String sealed) {
      return sealed;
    }

    @Override
    public String read(String use, String written) {
      return written;
    }
  }

  /** They are in clear on the way, which is encrypted. */
  final class Travelling implements Secrets {

    private static final String MASK_KEY = "mask-key";

    /** What can't be opened at the desk can't be opened at the gate either. */
    private static final String BROKEN = "!";

    /** The texts that are sealed, each with what it is sealed for. */
    private static final Map<String, String> SEALED =
        Map.of(
            name(Snapshot.Agreement.class, "maskKey"), MASK_KEY,
            name(StoreTarget.SealedCredential.class, "sealed"), StoreTarget.SealedCredential.USE,
            name(Brief.PseudonymKey.class, "sealed"), Brief.PseudonymKey.USE);

    private final Seal seal;

    /**
     * What secrets were sealed to, by their hash: one that comes again is the same text as before,
     * so that a store's pool of connections is not taken for another's.
     */
    private final Cache<String, String> resealed =
        Caffeine.newBuilder().maximumSize(100_000).build();

    private Travelling(Seal seal) {
      this.seal = seal;
    }

    private static String name(Class<?> type, String component) {
      return type.getName() + '.' + component;
    }

    @Override
    public String written(String use, String sealed) {
      try {
        return Base64.getEncoder().encodeToString(seal.open(use, sealed));
      } catch (Seal.BrokenSealException e) {
        return BROKEN;
      }
    }

    @Override
    public String read(String use, String written) {
      return written.equals(BROKEN)
          ? BROKEN
          : resealed.get(
              Sha256.hex(use + ' ' + written),
              key -> seal.seal(use, Base64.getDecoder().decode(written)));
    }
  }
}

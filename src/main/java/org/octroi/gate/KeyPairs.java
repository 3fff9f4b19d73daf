package org.octroi.gate;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/**
 * Whether the keys of an SSL bundle are those of its certificates. The two are two files, and one
 * may be replaced before the other; TLS would find out with the first client, and then with each.
 */
final class KeyPairs {

  private static final byte[] SIGNED = {1, 2, 3};

  private KeyPairs() {}

  /**
   * @throws IllegalStateException when a key is another certificate's
   */
  static void check(SslBundle bundle) {
    @Nullable KeyStore store = bundle.getStores().getKeyStore();
    @Nullable String password = bundle.getKey().getPassword();
    if (password == null) {
      password = bundle.getStores().getKeyStorePassword();
    }
    if (store == null) {
      throw new IllegalStateException("there is no certificate in it");
    }
    try {
      for (String alias : Collections.list(store.aliases())) {
        @Nullable Key key =
            store.isKeyEntry(alias)
                ? store.getKey(alias, password == null ? null : password.toCharArray())
                : null;
        if (key instanceof PrivateKey secret
            && !belongTogether(secret, store.getCertificate(alias).getPublicKey())) {
          throw new IllegalStateException("its key is not that of its certificate");
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("its key can't be used", e);
    }
  }

  private static boolean belongTogether(PrivateKey secret, PublicKey shown)
      throws GeneralSecurityException {
    if (!secret.getAlgorithm().equals(shown.getAlgorithm())) {
      return false;
    }
    if (secret instanceof RSAKey one && shown instanceof RSAKey other) {
      return one.getModulus().equals(other.getModulus());
    }
    // EdDSA and what may come are signatures by their own name.
    String algorithm = shown.getAlgorithm();
    Signature signature =
        Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : algorithm);
    signature.initSign(secret);
    signature.update(SIGNED);
    byte[] bytes = signature.sign();
    signature.initVerify(shown);
    signature.update(SIGNED);
    return signature.verify(bytes);
  }
}

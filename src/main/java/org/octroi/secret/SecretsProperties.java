package org.octroi.secret;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the key is that secrets at rest are sealed under.
 *
 * @param keyFile the file with the key: 32 bytes in base64; keep it apart from backups of the
 *     database
 * @param createKeyFile whether a missing key file is made, readable by its owner only; the embedded
 *     default does, a start against a real database server does not
 */
@Validated
@ConfigurationProperties("octroi.secrets")
record SecretsProperties(
    @DefaultValue("data/secret.key") @NotNull Path keyFile,
    @DefaultValue("false") boolean createKeyFile) {}

package org.octroi.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page under {@code docs/} that is made from the code, and kept beside it so that it can be read
 * without building anything.
 *
 * @param path from the project's root
 */
public record GeneratedPage(Path path) {

  /** The property that has pages rewritten: {@code mvn test -Doctroi.docs.write=true}. */
  private static final String WRITE = "octroi.docs.write";

  public static GeneratedPage at(String path) {
    return new GeneratedPage(Path.of(path));
  }

  /** Fails when the page says anything but this, and says how to rewrite it. */
  public void says(String text) throws IOException {
    if (Boolean.getBoolean(WRITE)) {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.writeString(path, text);
    }
    assertThat(path)
        .as(
            "%s disagrees with the code. Type  mvn test -D%s=true  and read the change",
            path, WRITE)
        .exists()
        .content()
        .isEqualTo(text);
  }
}

package org.octroi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.octroi.testing.Licences;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Every part that we chose has its line: what it is for, and under which licence it comes. */
class DependenciesDocTest {

  private static final Path PAGE = Path.of("docs/dependencies.md");
  private static final Pattern LINE =
      Pattern.compile("^\\| `([\\w.-]+:[\\w.-]+)` \\| ([^|]+) \\| ([^|]+) \\|$", Pattern.MULTILINE);

  private record Line(String part, String licence, String whatFor) {}

  @Test
  void every_dependency_has_one_line_and_every_line_a_dependency() throws Exception {
    assertThat(lines()).extracting(Line::part).containsExactlyInAnyOrderElementsOf(dependencies());
  }

  @Test
  void every_line_says_what_the_part_is_for() throws IOException {
    assertThat(lines()).extracting(Line::whatFor).doesNotContain("").isNotEmpty();
  }

  @Test
  void every_licence_allows_distribution_under_the_eupl() throws IOException {
    assertThat(lines())
        .allSatisfy(
            line ->
                assertThat(List.of(line.licence.split(" or ")))
                    .as(line.part)
                    .anyMatch(Licences.ALLOWED::contains));
  }

  private static List<Line> lines() throws IOException {
    return LINE.matcher(Files.readString(PAGE))
        .results()
        .map(line -> new Line(line.group(1), line.group(2).strip(), line.group(3).strip()))
        .toList();
  }

  /** Those of the pom's own {@code dependencies}, without what plugins and the BOM bring. */
  private static List<String> dependencies() throws Exception {
    Element project =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile())
            .getDocumentElement();
    List<String> parts = new ArrayList<>();
    for (Element dependency : children(child(project, "dependencies"))) {
      String part =
          child(dependency, "groupId").getTextContent()
              + ":"
              + child(dependency, "artifactId").getTextContent();
      // One part may come once for each processor.
      if (!parts.contains(part)) {
        parts.add(part);
      }
    }
    return parts;
  }

  private static Element child(Element parent, String name) {
    return children(parent).stream()
        .filter(element -> element.getTagName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<Element> children(Element parent) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }
}

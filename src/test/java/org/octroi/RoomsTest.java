package org.octroi;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.octroi.testing.GeneratedPage;
import org.springframework.modulith.core.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

/** Holds the house against its plan: which room stands on which floor, and what each may use. */
class RoomsTest {

  private enum Wing {
    GROUND(
        "The ground", "both doors use it; it knows no Spring MVC, no session, no SQL of the desk"),
    GATE("The gate's wing", "the data plane"),
    DESK("The desk's wing", "where people and programs set terms");

    private final String title;
    private final String what;

    Wing(String title, String what) {
      this.title = title;
      this.what = what;
    }
  }

  private record Room(String name, Wing wing, int floor, Set<String> mayUse) {}

  /** The plan. A room that isn't in it may not be built. */
  private static final Map<String, Room> PLAN = plan();

  private static final ApplicationModules BUILT = ApplicationModules.of(Octroi.class);

  private static Map<String, Room> plan() {
    var plan = new Plan();
    plan.ground(0, "vocabulary");
    plan.ground(0, "problem", "vocabulary");
    plan.ground(0, "secret", "problem");
    String[] floor0 = {"vocabulary", "problem", "secret"};
    plan.ground(1, "obligation", floor0);
    plan.ground(2, "store", and(floor0, "obligation"));
    plan.ground(2, "policy", and(floor0, "obligation"));
    plan.ground(2, "quota", floor0);
    plan.ground(2, "usage", floor0);
    plan.ground(2, "token", floor0);
    plan.ground(3, "entitlement", and(floor0, "obligation", "quota", "store"));

    plan.ground(4, "relay", and(floor0, "store", "quota", "usage", "token", "entitlement"));

    plan.gate(4, "gate");

    plan.desk(4, "audit");
    plan.desk(4, "outbox");
    plan.desk(4, "territory", "audit");
    plan.desk(5, "identity", "territory", "audit", "outbox");
    plan.desk(6, "issuer", "territory", "audit", "outbox", "identity");
    plan.desk(5, "licence", "territory", "audit", "outbox", "identity");
    plan.desk(5, "catalogue", "territory", "audit", "outbox");
    plan.deskAndAllBelow(6, "offer");
    plan.deskAndAllBelow(7, "agreement");
    plan.deskAndAllBelow(8, "authority");
    plan.deskAndAllBelow(8, "realm");
    plan.deskAndAllBelow(8, "feed");
    plan.deskAndAllBelow(8, "statistics");
    plan.deskAndAllBelow(8, "rules");
    plan.deskAndAllBelow(8, "charter");
    plan.deskAndAllBelow(9, "reuse");
    plan.deskAndAllBelow(10, "desk");
    plan.deskAndAllBelow(10, "demo");
    return plan.rooms;
  }

  private static final class Plan {
    private final Map<String, Room> rooms = new LinkedHashMap<>();

    void ground(int floor, String name, String... mayUse) {
      add(new Room(name, Wing.GROUND, floor, Set.of(mayUse)));
    }

    /** The gate may use the ground. */
    void gate(int floor, String name) {
      add(new Room(name, Wing.GATE, floor, theGround()));
    }

    /** A room of the desk may use the ground, and what is named. */
    void desk(int floor, String name, String... others) {
      Set<String> mayUse = new LinkedHashSet<>(theGround());
      mayUse.addAll(List.of(others));
      add(new Room(name, Wing.DESK, floor, mayUse));
    }

    /** A room of the desk that may use the ground, and every room of its wing on a lower floor. */
    void deskAndAllBelow(int floor, String name) {
      desk(
          floor,
          name,
          rooms.values().stream()
              .filter(room -> room.wing == Wing.DESK && room.floor < floor)
              .map(Room::name)
              .toArray(String[]::new));
    }

    private Set<String> theGround() {
      Set<String> names = new LinkedHashSet<>();
      rooms.values().stream()
          .filter(r -> r.wing == Wing.GROUND)
          .map(Room::name)
          .forEach(names::add);
      return names;
    }

    private void add(Room room) {
      rooms.put(room.name, room);
    }
  }

  private static String[] and(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void rooms_meet_at_their_doors_only_and_never_in_a_circle() {
    BUILT.verify();
  }

  @Test
  void every_room_that_is_built_stands_in_the_plan() {
    assertThat(uses().keySet()).isSubsetOf(PLAN.keySet());
  }

  @Test
  void no_room_uses_another_that_the_plan_does_not_give_it() {
    List<String> astray = new ArrayList<>();
    uses()
        .forEach(
            (room, used) ->
                used.stream()
                    .filter(
                        other -> PLAN.containsKey(room) && !PLAN.get(room).mayUse.contains(other))
                    .forEach(other -> astray.add(room + " uses " + other)));

    assertThat(astray).as("arrows that the plan of the rooms does not have").isEmpty();
  }

  @Test
  void the_ground_and_the_gate_know_no_servlet_and_no_session() {
    String[] rooms =
        PLAN.values().stream()
            .filter(room -> room.wing != Wing.DESK)
            .map(room -> "org.octroi." + room.name + "..")
            .toArray(String[]::new);

    noClasses()
        .that(resideInAnyPackage(rooms))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "jakarta.servlet..", "org.springframework.web.servlet..", "org.springframework.ui..")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.octroi"));
  }

  @Test
  void the_picture_of_the_rooms_is_what_the_code_draws() throws IOException {
    GeneratedPage.at("docs/rooms.md").says(picture(uses()));
  }

  /** What each room uses, as its compiled classes do. */
  private static Map<String, Set<String>> uses() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (ApplicationModule room : BUILT) {
      Set<String> used = new TreeSet<>();
      room.getDirectDependencies(BUILT).uniqueModules().map(RoomsTest::name).forEach(used::add);
      uses.put(name(room), used);
    }
    return uses;
  }

  private static String name(ApplicationModule room) {
    return room.getIdentifier().toString();
  }

  private static String picture(Map<String, Set<String>> uses) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # The rooms

        Each package of `org.octroi` is a room with a door: its root package. Arrows go down the floors only. This
        page is drawn from the code by `RoomsTest`, which also holds the code against the plan of the house.

        An arrow is left out where a longer way says the same; the table has them all.

        ```mermaid
        flowchart TD
        """);
    for (Wing wing : Wing.values()) {
      List<Room> rooms = built(uses.keySet(), wing);
      if (!rooms.isEmpty()) {
        page.append("  subgraph %s[\"%s\"]\n".formatted(wing, wing.title));
        rooms.forEach(room -> page.append("    room_%1$s[%1$s]\n".formatted(room.name)));
        page.append("  end\n");
      }
    }
    uses.forEach(
        (room, used) ->
            withoutDetours(used, uses)
                .forEach(other -> page.append("  room_%s --> room_%s\n".formatted(room, other))));
    page.append("```\n");
    for (Wing wing : Wing.values()) {
      List<Room> rooms = built(uses.keySet(), wing);
      if (!rooms.isEmpty()) {
        page.append("\n## %s: %s\n\n".formatted(wing.title, wing.what));
        page.append("| floor | room | uses |\n| --- | --- | --- |\n");
        rooms.forEach(
            room ->
                page.append(
                    "| %d | `%s` | %s |\n"
                        .formatted(
                            room.floor,
                            room.name,
                            uses.getOrDefault(room.name, Set.of()).stream()
                                .map("`%s`"::formatted)
                                .collect(joining(", ")))));
      }
    }
    return page.toString();
  }

  private static List<Room> built(Collection<String> names, Wing wing) {
    return PLAN.values().stream()
        .filter(room -> room.wing == wing && names.contains(room.name))
        .toList();
  }

  private static Set<String> withoutDetours(Set<String> used, Map<String, Set<String>> uses) {
    Set<String> straight = new TreeSet<>(used);
    used.forEach(other -> straight.removeAll(reached(other, uses)));
    return straight;
  }

  private static Set<String> reached(String from, Map<String, Set<String>> uses) {
    Set<String> reached = new TreeSet<>();
    uses.getOrDefault(from, Set.of())
        .forEach(
            next -> {
              if (reached.add(next)) {
                reached.addAll(reached(next, uses));
              }
            });
    return reached;
  }
}

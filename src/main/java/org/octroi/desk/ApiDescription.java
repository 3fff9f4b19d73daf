package org.octroi.desk;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.octroi.problem.PublicAddresses;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The description of the desk's API, at {@code /api/v1/openapi.json} (OpenAPI 3.1). An operation
 * needs a token unless the API's guard lets anybody in, which says so itself.
 */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

  private static final String TOKEN = "personalToken";

  @Bean
  OpenAPI openApi(PublicAddresses addresses) {
    return new OpenAPI()
        .info(
            new Info()
                .title("Octroi desk")
                .version("1")
                .description(
                    "Where holders set the terms of their data and reusers are granted access under"
                        + " them. Data itself goes out by the gate at "
                        + addresses.gate().publicUrl()
                        + ". Times are RFC 3339 in UTC, ids are opaque, unknown members are"
                        + " refused, refusals are RFC 9457 problems in French or English.")
                .license(new License().name("EUPL-1.2").identifier("EUPL-1.2")))
        .servers(List.of(new Server().url(addresses.desk().publicUrl())))
        .addSecurityItem(new SecurityRequirement().addList(TOKEN))
        .components(
            new Components()
                .addSecuritySchemes(
                    TOKEN,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .description(
                            "A personal token, shown once when somebody registers (POST /people) or"
                                + " signs in (POST /people/tokens).")));
  }
}

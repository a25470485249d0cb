// The models as each list of the workspace shows them: model services, AI Gateway endpoints, serving endpoints.
import {
  foundationModels,
  restrictedEndpoint,
  madeServices,
  type Destination,
  type FoundationModel,
  type MadeService,
} from "./model-catalog.ts";

const createdAt = 1_767_225_600_000;
const schemas = "system.ai";

/** A list names a service so; a call that names it so is refused. */
const listPrefix = "model-services/";

interface Service {
  readonly fullName: string;
  readonly apiTypes: readonly string[];
  readonly destinations: readonly Destination[];
  readonly made?: MadeService;
}

const services: readonly Service[] = [
  ...foundationModels.map((model) => ({
    fullName: `${schemas}.${model.name}`,
    apiTypes: model.apiTypes,
    destinations: [{ name: `${schemas}.${model.name}` }],
  })),
  ...madeServices.map((made) => ({
    fullName: made.name,
    apiTypes: made.apiTypes,
    destinations: made.destinations,
    made,
  })),
];

/** The services of a schema (`system.ai`), or all: without their routing, and without the API types of those that people made. */
export function listedServices(schema: string | undefined): readonly object[] {
  return services
    .filter(({ fullName }) => schema === undefined || fullName.startsWith(`${schema}.`))
    .map((service) => ({
      ...identityOf(service),
      ...(service.made === undefined ? { supported_api_types: service.apiTypes } : {}),
    }));
}

export interface FoundService {
  readonly forbidden: boolean;
  /** The whole document. */
  readonly document: object;
}

export function findService(fullName: string): FoundService | undefined {
  const service = services.find((one) => one.fullName === fullName);
  if (service === undefined) return undefined;
  const destinations = service.destinations.map(({ name, isDeleted }) => ({
    name,
    ...(isDeleted === true ? { is_deleted: true } : {}),
  }));
  return {
    forbidden: service.made?.forbidden === true,
    document: {
      ...identityOf(service),
      supported_api_types: service.apiTypes,
      config: { routing: { destinations } },
    },
  };
}

function identityOf({ fullName }: Service): object {
  return { name: `${listPrefix}${fullName}`, full_name: fullName };
}

interface Endpoint {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Serving endpoints, of the foundation models and one of another person, as `GET /api/2.0/serving-endpoints` shows them. */
export function servingEndpoints(): readonly Endpoint[] {
  const restricted = {
    name: restrictedEndpoint,
    id: "9f3c0de1a2b34c5d8e6f708192a3b4c5",
    creator: "someone.else@example.com",
    creation_timestamp: createdAt,
    last_updated_timestamp: createdAt,
    state: { ready: "READY", config_update: "NOT_UPDATING" },
    task: "llm/v1/chat",
    permission_level: "CAN_VIEW",
    config: { served_entities: [{ name: "chat-1", entity_name: "main.models.chat", entity_version: "1" }] },
  };
  return [...foundationModels.map(servingEndpoint), restricted];
}

function servingEndpoint(model: FoundationModel): Endpoint {
  return {
    name: endpointName(model),
    id: "",
    creator: "System-User",
    creation_timestamp: createdAt,
    last_updated_timestamp: createdAt,
    state: { ready: "READY", config_update: "NOT_UPDATING" },
    task: "llm/v1/chat",
    endpoint_type: "FOUNDATION_MODEL_API",
    permission_level: "CAN_QUERY",
    config: { served_entities: [servedEntity(model)] },
  };
}

/** The same endpoints with what each can be asked in, as `serving-endpoints:foundation-models` shows them. */
export function foundationEndpoints(): readonly object[] {
  return foundationModels.map((model) => ({
    name: endpointName(model),
    state: { ready: "READY", config_update: "NOT_UPDATING" },
    config: {
      served_entities: [
        {
          ...servedEntity(model),
          foundation_model: {
            ...foundationModel(model),
            api_types: model.apiTypes,
            ai_gateway_v2_supported: true,
          },
        },
      ],
    },
  }));
}

/** The endpoints of the AI Gateway before there were model services. */
export function gatewayEndpoints(): readonly object[] {
  return foundationModels.map((model) => ({ name: endpointName(model), supported_api_types: model.apiTypes }));
}

function servedEntity(model: FoundationModel): object {
  return {
    name: endpointName(model),
    entity_name: `${schemas}.${endpointName(model)}`,
    entity_version: "1",
    foundation_model: foundationModel(model),
  };
}

function foundationModel(model: FoundationModel): object {
  return { name: `${schemas}.${endpointName(model)}`, display_name: model.displayName };
}

function endpointName({ name }: FoundationModel): string {
  return `databricks-${name}`;
}

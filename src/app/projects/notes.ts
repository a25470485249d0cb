// The notes that a new project starts with: its agent reads them first in every session, and keeps them.

/** CLAUDE.md of a new project. */
export const firstNotes = `# Project notes

These notes are read at the start of every session. Keep them short and true: after something is made, changed or deleted in
the workspace, write here what it is, its full name and its id, so that the next session finds it again. Never write a
password, a token or a key here.

## Configuration

- Catalog:
- Schema:
- SQL warehouse:
- Cluster:
- Workspace folder:

## Tables

<!-- catalog.schema.table: what a row is, where it comes from -->

## Volumes

<!-- /Volumes/catalog/schema/volume: what lies in it -->

## Pipelines

<!-- name (id): what it reads and writes, how it is run -->

## Jobs

<!-- name (id): what it does, when it runs -->

## Notes

<!-- decisions, open questions, what the person wants done in which way -->
`;

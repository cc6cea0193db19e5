import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
  type Dashboard,
  type Panel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { words } from './panels.ts';

interface BoardPlan {
  /** The file's name and the end of its address: `/grafana/d/waybill-kafka`. */
  readonly uid: string;
  readonly title: string;
  readonly question: string;
  /** What it looks like on a day without trouble, and what to do when it does not. */
  readonly normal: string;
  /** Text panels are as high as their text: rows of the grid. */
  readonly wordRows?: number;
  readonly variables?: readonly Builder<VariableModel>[];
  readonly rows: readonly { readonly title: string; readonly panels: readonly Builder<Panel>[] }[];
}

/** The tag by which every board links to all others. */
const TAG = 'waybill';

/** A board as Grafana reads it: the words first, then rows of panels, the same settings everywhere. */
export function board({ uid, title, question, normal, wordRows = 4, variables = [], rows }: BoardPlan): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(question)
    .tags([TAG])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-15m', to: 'now' })
    .refresh('5s')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([...variables])
    .annotations([])
    .links([
      new DashboardLinkBuilder('Boards').type(DashboardLinkType.Dashboards).tags([TAG]).keepTime(true),
      new DashboardLinkBuilder('Alerts').type(DashboardLinkType.Link).icon('bell').url('/prometheus/alerts').targetBlank(true),
    ])
    .withPanel(words(`**${question}**\n\n${normal}`, wordRows));
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel);
  }
  const made = builder.build();
  // The SDK leaves the ids to Grafana, which would draw new ones at every start: an address of one panel must stay.
  made.panels?.forEach((panel, index) => (panel.id = index + 1));
  // It also puts links into a menu, where nobody finds them.
  made.links?.forEach((link) => delete link.placement);
  return made;
}

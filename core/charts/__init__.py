"""Charts as SVG text: one drawing for screen and paper. Data in, `Chart` out; no queries, no files, no browser.

The title says the finding, the subtitle says measure, unit, scope and as-at date; `heads` and `rows`
are the same figures as a table (templates/components/chart.html shows both).
"""

from core.charts.bars import budget_bridge, health_bars
from core.charts.bubble import Bubble, value_risk_bubbles
from core.charts.counts import Bar, Span, count_bars, span_bars
from core.charts.curve import s_curve
from core.charts.drawing import Chart
from core.charts.histogram import histogram_chart
from core.charts.lines import Line, count_lines, sparkline
from core.charts.milestones import Milestone, milestone_timeline
from core.charts.network import Line as NetworkLine
from core.charts.network import Node as NetworkNode
from core.charts.network import network_drawing
from core.charts.risks import (
    Knot,
    MatrixCell,
    MatrixSide,
    Moved,
    RatingMark,
    SharedRow,
    bow_tie,
    rating_way,
    risk_matrix,
    shared_map,
)
from core.charts.scales import (
    Dot,
    Dots,
    Meeting,
    Range,
    Share,
    Step,
    dot_plot,
    pair_map,
    range_bars,
    score_waterfall,
    share_bars,
)
from core.charts.states import Arrow, Box, state_diagram
from core.charts.strip import rag_strip
from core.charts.tornado import Swing, tornado_chart

__all__ = [
    "Arrow",
    "Bar",
    "Box",
    "Bubble",
    "Chart",
    "Dot",
    "Dots",
    "Knot",
    "Line",
    "MatrixCell",
    "MatrixSide",
    "Meeting",
    "Milestone",
    "Moved",
    "NetworkLine",
    "NetworkNode",
    "Range",
    "RatingMark",
    "Share",
    "SharedRow",
    "Span",
    "Step",
    "Swing",
    "bow_tie",
    "budget_bridge",
    "count_bars",
    "count_lines",
    "dot_plot",
    "health_bars",
    "histogram_chart",
    "milestone_timeline",
    "network_drawing",
    "pair_map",
    "rag_strip",
    "range_bars",
    "rating_way",
    "risk_matrix",
    "s_curve",
    "score_waterfall",
    "share_bars",
    "shared_map",
    "span_bars",
    "sparkline",
    "state_diagram",
    "tornado_chart",
    "value_risk_bubbles",
]

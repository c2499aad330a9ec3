"""Charts as SVG text: one drawing for screen and paper. Data in, `Chart` out; no queries, no files, no browser.

The title says the finding, the subtitle says measure, unit, scope and as-at date; `heads` and `rows`
are the same figures as a table (templates/components/chart.html shows both).
"""

from core.charts.bars import budget_bridge, health_bars
from core.charts.bubble import Bubble, value_risk_bubbles
from core.charts.drawing import Chart
from core.charts.histogram import histogram_chart
from core.charts.lines import Line, count_lines, sparkline
from core.charts.milestones import Milestone, milestone_timeline
from core.charts.strip import rag_strip
from core.charts.tornado import Swing, tornado_chart

__all__ = [
    "Bubble",
    "Chart",
    "Line",
    "Milestone",
    "Swing",
    "budget_bridge",
    "count_lines",
    "health_bars",
    "histogram_chart",
    "milestone_timeline",
    "rag_strip",
    "sparkline",
    "tornado_chart",
    "value_risk_bubbles",
]

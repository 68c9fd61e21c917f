// For readers who know XPlot.Plotly: its traces as the moving face of a figure. No notebook needs it.
#r "../out/publish/plotly/XPlot.Plotly.dll"
#r "../out/publish/plotly/Newtonsoft.Json.dll"

string XPlotJson(XPlot.Plotly.Trace trace, XPlot.Plotly.Layout.Layout layout) =>
    Newtonsoft.Json.JsonConvert.SerializeObject(new { data = new[] { trace }, layout });

using Microsoft.Extensions.DependencyInjection;
using SalesOs.Dashboard.SignIn;

namespace SalesOs.Dashboard.Tests.SignIn;

/// <summary>Who is signed in at a dashboard, as its database has it.</summary>
internal static class OpenSessions
{
    public static async Task<IReadOnlyList<Session>> SessionsAsync(this RunningDashboard dashboard)
    {
        var sessions = dashboard.Services.GetRequiredService<Sessions>();
        await sessions.WriteAsync();
        var open = new List<Session>();
        foreach (var row in await dashboard.Services.GetRequiredService<SessionRows>().OfAsync(providerSession: null, subject: null))
        {
            if (await sessions.FindAsync(row.Id.ToString(), renew: false) is { } session)
            {
                open.Add(session);
            }
        }

        return open;
    }
}

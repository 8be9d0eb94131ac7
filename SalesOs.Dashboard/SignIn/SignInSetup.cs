namespace SalesOs.Dashboard.SignIn;

public static class SignInSetup
{
    public static void AddSignIn(this WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization();
    }

    public static void MapSignIn(this WebApplication app)
    {
    }
}

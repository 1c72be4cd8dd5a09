return await ChatApprovals.BotHost.RunAsync(args);

// Command rixue (日学) serves a hospital's WeChat account: daily study in chat.
// See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/urfave/cli/v3"

	"rixue/config"
	"rixue/internal/app"
	"rixue/internal/errs"
	"rixue/internal/words"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	exitFailed = 1 // the work failed
	exitUsage  = 2 // bad arguments or configuration
)

// usageError is a fault of the command line or the configuration.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	p := program{out: out, err: errOut}
	err := p.root().Run(ctx, args)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errReported), errors.Is(err, app.ErrBadRows), errors.Is(err, app.ErrPlayDiffers):
		return exitFailed
	}
	var usage usageError
	var faults config.Faults
	text := strings.TrimSpace(err.Error())
	if w, ok := errs.Words(err); ok {
		text = w
	}
	if errors.As(err, &faults) {
		var lines []string
		for _, f := range faults {
			lines = append(lines, words.ConfigFault(f.Key, f.Value, f.Where, string(f.Rule), f.Arg))
		}
		text = strings.Join(lines, "\n")
	}
	fmt.Fprintln(errOut, text)
	if errors.As(err, &usage) || errors.As(err, &faults) || errors.Is(err, app.ErrUsage) {
		return exitUsage
	}
	return exitFailed
}

// errReported says that the command has printed what is wrong.
var errReported = errors.New("reported")

// program holds where a command prints.
type program struct{ out, err io.Writer }

func (p program) root() *cli.Command {
	return &cli.Command{
		Name:  "rixue",
		Usage: "日学：医院职工学习与患者服务的微信服务号",
		Flags: []cli.Flag{&cli.StringFlag{Name: "config", Usage: "配置文件（默认 ./rixue.yaml）"}},
		Commands: []*cli.Command{
			p.demo(), p.serve(), p.sim(), p.importFile(), p.bindCodes(), p.menu(), p.check(), p.explain(), p.migrate(), p.version(),
		},
		Writer: p.out, ErrWriter: p.err,
		// The library would exit by itself and print the help at each mistake.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
		OnUsageError: func(_ context.Context, c *cli.Command, err error, _ bool) error {
			return usageError{fmt.Errorf("%w（rixue %s --help 查看用法）", err, strings.TrimPrefix(c.FullName(), "rixue"))}
		},
		Action: func(_ context.Context, c *cli.Command) error {
			if c.Args().Present() {
				return usageError{fmt.Errorf("没有命令 %q（rixue --help 查看全部命令）", c.Args().First())}
			}
			return cli.ShowAppHelp(c)
		},
	}
}

// open loads the configuration and opens the app for a command, which logs
// warnings to the error output; serve logs everything to the output.
func (p program) open(ctx context.Context, c *cli.Command, log *slog.Logger) (*app.App, error) {
	cfg, err := config.Load(c.String("config"), os.Environ())
	if err != nil {
		if _, ok := errors.AsType[config.Faults](err); ok {
			return nil, err
		}
		return nil, usageError{err}
	}
	a, err := app.New(ctx, cfg, log)
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (p program) quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: slog.LevelError}))
}

// with opens the app for one command and closes it behind it.
func (p program) with(ctx context.Context, c *cli.Command, do func(*app.App) error) error {
	a, err := p.open(ctx, c, p.quiet())
	if err != nil {
		return err
	}
	return errors.Join(do(a), a.Close())
}

func (p program) serve() *cli.Command {
	return &cli.Command{
		Name: "serve", Usage: "启动服务",
		Flags: []cli.Flag{&cli.StringFlag{Name: "roles", Value: "web,worker,scheduler", Usage: "本进程做什么：web、worker、scheduler，用逗号隔开"}},
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Args().Present() {
				return usageError{fmt.Errorf("serve 不需要参数 %q", c.Args().First())}
			}
			roles, err := parseRoles(c.String("roles"))
			if err != nil {
				return err
			}
			a, err := p.open(ctx, c, slog.New(slog.NewJSONHandler(p.out, nil)))
			if err != nil {
				return err
			}
			return errors.Join(app.Serve(ctx, a, roles), a.Close())
		},
	}
}

// parseRoles reads --roles.
func parseRoles(s string) (r app.Roles, err error) {
	for name := range strings.SplitSeq(s, ",") {
		switch strings.TrimSpace(name) {
		case "web":
			r.Web = true
		case "worker":
			r.Worker = true
		case "scheduler":
			r.Scheduler = true
		default:
			return r, usageError{fmt.Errorf("serve --roles：%q 不是 web、worker 或 scheduler", name)}
		}
	}
	return r, nil
}

func (p program) demo() *cli.Command {
	var o app.DemoOptions
	return &cli.Command{
		Name: "demo", Usage: "演示：自带模拟微信和示例医院，不用任何配置",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8080", Destination: &o.Listen, Usage: "监听地址"},
			&cli.StringFlag{Name: "data", Destination: &o.Data, Usage: "数据放在这个目录，下次接着用；不填则用完即弃"},
			&cli.BoolFlag{Name: "play", Destination: &o.Play, Usage: "不用浏览器，自动演完 2026 年 11 月并核对每一个数字"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Args().Present() {
				return usageError{fmt.Errorf("demo 不需要参数 %q", c.Args().First())}
			}
			if o.Play && c.IsSet("listen") {
				return usageError{errors.New("demo --play 不用浏览器，请去掉 --listen")}
			}
			return app.Demo(ctx, o, p.out, p.quiet())
		},
	}
}

func (p program) sim() *cli.Command {
	var o app.SimOptions
	return &cli.Command{
		Name: "sim", Usage: "单独启动微信模拟器，供开发和测试",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:9090", Destination: &o.Listen, Usage: "监听地址"},
			&cli.StringFlag{Name: "callback", Value: "http://127.0.0.1:8080/wechat", Destination: &o.Callback, Usage: "消息发到哪里"},
			&cli.StringFlag{Name: "app-id", Destination: &o.AppID, Usage: "模拟公众号的 AppID"},
			&cli.StringFlag{Name: "app-secret", Destination: &o.AppSecret, Usage: "模拟公众号的 AppSecret"},
			&cli.StringFlag{Name: "token", Destination: &o.Token, Usage: "消息签名的 Token"},
			&cli.StringFlag{Name: "aes-key", Destination: &o.AESKey, Usage: "EncodingAESKey；填了就是安全模式"},
			&cli.StringFlag{Name: "mode", Destination: &o.Mode, Usage: "plain、compat 或 safe"},
			&cli.StringFlag{Name: "clock", Destination: &o.Clock, Usage: "测试时钟，同配置项 clock"},
		},
		Action: func(ctx context.Context, _ *cli.Command) error {
			return app.Simulate(ctx, o, slog.New(slog.NewJSONHandler(p.out, nil)))
		},
	}
}

func (p program) importFile() *cli.Command {
	var o app.ImportOptions
	return &cli.Command{
		Name: "import", Usage: "导入花名册、学习主题或题目", ArgsUsage: "roster|topics|questions 文件",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "dry-run", Destination: &o.DryRun, Usage: "只检查，不保存"},
			&cli.BoolFlag{Name: "skip-bad", Destination: &o.SkipBad, Usage: "跳过有问题的行，导入其余"},
			&cli.BoolFlag{Name: "close-missing", Destination: &o.CloseMissing, Usage: "花名册：停用文件里没有的人"},
			&cli.BoolFlag{Name: "allow-mass", Destination: &o.AllowMass, Usage: "花名册：允许一次停用超过一半的人"},
			&cli.StringFlag{Name: "approve", Destination: &o.Approve, Usage: "主题和题目：由这个工号负责，直接通过审批"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			what, file := c.Args().Get(0), c.Args().Get(1)
			switch what {
			case "roster", "topics", "questions":
			default:
				return usageError{fmt.Errorf("import：%q 不能导入，请写 roster、topics 或 questions", what)}
			}
			if file == "" || c.Args().Len() > 2 {
				return usageError{fmt.Errorf("import %s：请给一个文件", what)}
			}
			if _, err := os.Stat(file); err != nil {
				return usageError{fmt.Errorf("import：文件 %q 打不开，请检查路径", file)}
			}
			return p.with(ctx, c, func(a *app.App) error { return app.Import(ctx, a, what, file, o, p.out) })
		},
	}
}

func (p program) bindCodes() *cli.Command {
	var file, renew string
	return &cli.Command{
		Name: "bind-codes", Usage: "给还没有绑定的职工发一次性绑定码",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Destination: &file, Usage: "写到这个 xlsx 文件；不填则直接打印"},
			&cli.StringFlag{Name: "renew", Destination: &renew, Usage: "只给这个工号换发新码，旧码作废"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			return p.with(ctx, c, func(a *app.App) error { return app.BindCodes(ctx, a, file, renew, p.out) })
		},
	}
}

func (p program) menu() *cli.Command {
	var diff, apply bool
	return &cli.Command{
		Name: "menu", Usage: "公众号的自定义菜单：查看差别，或者发布",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "diff", Destination: &diff, Usage: "只看微信上的和应有的差在哪里；不一致时退出码是 1"},
			&cli.BoolFlag{Name: "apply", Destination: &apply, Usage: "把菜单发布到微信，没有差别就不动"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			if diff == apply || c.Args().Present() {
				return usageError{errors.New("menu：请用 --diff 查看，或用 --apply 发布，两者选一个")}
			}
			return p.with(ctx, c, func(a *app.App) error {
				if apply {
					return app.ApplyMenu(ctx, a, p.out)
				}
				same, err := app.DiffMenu(ctx, a, p.out)
				if err == nil && !same {
					return errReported
				}
				return err
			})
		},
	}
}

func (p program) check() *cli.Command {
	return &cli.Command{
		Name: "check", Usage: "体检：逐项检查运行条件，有问题的给出办法",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "env", Usage: "列出全部环境变量"}},
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Bool("env") {
				for _, k := range config.EnvKeys() {
					fmt.Fprintf(p.out, "%s\t%s\t%s\t%s\n", k.Name, k.Path, k.Default, k.Meaning)
				}
				return nil
			}
			return p.with(ctx, c, func(a *app.App) error {
				if app.WriteFindings(p.out, app.Check(ctx, a, os.Environ())) {
					return errReported
				}
				return nil
			})
		},
	}
}

func (p program) explain() *cli.Command {
	var role, open string
	return &cli.Command{
		Name: "explain", Usage: "看看一句话会被理解成什么", ArgsUsage: "文字",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "role", Value: "staff", Destination: &role, Usage: "patient、staff、secretary、handler 或 coordinator"},
			&cli.StringFlag{Name: "open", Destination: &open, Usage: "对方手头的事，如 question:single:4@2"},
		},
		Action: func(_ context.Context, c *cli.Command) error {
			if c.Args().Len() != 1 {
				return usageError{errors.New("explain：请给一句话，有空格时加引号")}
			}
			return app.Explain(p.out, role, open, c.Args().First())
		},
	}
}

func (p program) migrate() *cli.Command {
	return &cli.Command{
		Name: "migrate", Usage: "把数据库升级到本程序的版本",
		Action: func(ctx context.Context, c *cli.Command) error {
			// Opening brings the schema up.
			return p.with(ctx, c, func(*app.App) error {
				_, err := fmt.Fprintln(p.out, "数据库已是最新版本。")
				return err
			})
		},
	}
}

func (p program) version() *cli.Command {
	return &cli.Command{
		Name: "version", Usage: "版本",
		Action: func(context.Context, *cli.Command) error {
			version := "(devel)"
			if info, ok := debug.ReadBuildInfo(); ok {
				version = info.Main.Version
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						version += " " + s.Value[:min(12, len(s.Value))]
					}
				}
			}
			_, err := fmt.Fprintln(p.out, "rixue", version)
			return err
		},
	}
}

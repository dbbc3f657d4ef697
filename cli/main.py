"""The `lookalike` command."""

import argparse
import json
import sys
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from cli import settings
from cli.match import Client, Match, address_of, play_all
from cli.terminal import complain, say, show
from local.errors import LocalError
from local.state import ROOT, StateFolder, building
from lookalike import VERSION

DEFAULT_PORT = 8000

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main() -> None:
    """Run one command; exit with 1 and a message if it fails."""
    arguments = _parser().parse_args()
    try:
        sys.exit(arguments.run(arguments))
    except LocalError as error:
        complain(str(error))
        sys.exit(1)
    except (BotoCoreError, ClientError) as error:
        complain(f"the stack refused a call: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lookalike", description="Find the celebrity that a person resembles most."
    )
    parser.add_argument("--version", action="version", version=f"lookalike {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="run everything on this machine")
    up.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the page (%(default)s)")
    up.add_argument("--catalog", type=Path, help="folder that the celebrities pack is to equal")
    up.add_argument(
        "--origin",
        type=_origin,
        metavar="URL",
        help="where else the page is reached, such as a tunnel's https://faces.example",
    )
    _add_state(up)
    up.add_argument("--open", action="store_true", help="open the page in the browser")
    up.set_defaults(run=_up)

    _add_match(commands)
    _add_operators_commands(commands)
    _add_developers_commands(commands)
    return parser


def _add_match(commands: Commands) -> None:
    match = commands.add_parser(
        "match",
        help="send photographs, print whom they resemble",
        description="Send photographs, and print whom they resemble. By sending a photograph you "
        "agree to what the page asks: you are 18 or over, and this is your own face.",
    )
    match.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    match.add_argument("--pack", default="celebrities", help="whom to compare with (%(default)s)")
    match.add_argument(
        "--among",
        choices=["everyone", "women", "men"],
        default="everyone",
        help="compare only with them, by what the catalog says (%(default)s)",
    )
    match.add_argument(
        "--together",
        action="store_true",
        help="the photographs are of one person: take up to five together",
    )
    match.add_argument("--json", action="store_true", help="print one match object a line")
    where = match.add_mutually_exclusive_group()
    where.add_argument("--stack", help="a deployed stack's name, instead of the local one")
    where.add_argument(
        "--url",
        default=settings.page_url(),
        help="the page's address, instead of the local stack's (or LOOKALIKE_URL)",
    )
    _add_state(match)
    match.set_defaults(run=_match)


def _add_operators_commands(commands: Commands) -> None:
    curator = commands.add_parser("curator", help="let an account add and remove portraits")
    curator.add_argument("email", help="the account's address")
    curator.add_argument("--remove", action="store_true", help="take that right away")
    _add_stack(curator)
    curator.set_defaults(run=_curator)

    redrive = commands.add_parser("redrive", help="play again what could not be delivered")
    _add_stack(redrive)
    redrive.set_defaults(run=_redrive)

    _add_deployment_commands(commands)

    catalog = commands.add_parser("catalog", help="fetch and look at catalogs of portraits")
    _add_catalog_commands(catalog.add_subparsers(required=True, metavar="COMMAND"))


def _add_developers_commands(commands: Commands) -> None:
    trace = commands.add_parser("trace", help="show a run of the workflow, state by state")
    which = trace.add_mutually_exclusive_group(required=True)
    which.add_argument("match_id", nargs="?", metavar="MATCH_ID", help="whose run to show")
    which.add_argument("--last", action="store_true", help="the run that was started last")
    which.add_argument("--failed", action="store_true", help="the last run that failed")
    trace.add_argument(
        "--payloads",
        action="store_true",
        help="show what each state received, sent, got and passed on, too",
    )
    _add_stack(trace)
    trace.set_defaults(run=_trace)

    logs = commands.add_parser("logs", help="show what the functions log, and their errors")
    logs.add_argument("function", nargs="?", metavar="FUNCTION", help="such as CheckFaceFunction")
    logs.add_argument("-f", "--follow", action="store_true", help="go on with what comes")
    _add_stack(logs)
    logs.set_defaults(run=_logs)

    invoke = commands.add_parser("invoke", help="call a function, show its answer and its log")
    invoke.add_argument(
        "function",
        nargs="?",
        metavar="FUNCTION",
        help="such as CheckFaceFunction; without it, list the functions and their events",
    )
    invoke.add_argument(
        "-e", "--event", default="-", help="a file of JSON, or - for standard input (%(default)s)"
    )
    _add_stack(invoke)
    invoke.set_defaults(run=_invoke)

    debug = commands.add_parser("debug", help="run a function of the local stack in pdb")
    debug.add_argument("function", metavar="FUNCTION", help="such as CheckFaceFunction")
    debug.add_argument("-e", "--event", required=True, help="a file of JSON")
    _add_state(debug)
    debug.set_defaults(run=_debug)

    event = commands.add_parser("event", help="print an event that names what the stack has")
    event.add_argument("name", metavar="NAME", help="of a file in events/, such as check_face")
    _add_stack(event)
    event.set_defaults(run=_event)

    evaluate = commands.add_parser("evaluate", help="measure how good the answers are")
    evaluate.add_argument("folder", type=Path, help="photographs of known people, and index.csv")
    evaluate.add_argument("--quick", action="store_true", help="look at fewer of them")
    evaluate.add_argument("--data", type=Path, metavar="FILE", help="where to write the figures")
    _add_state(evaluate)
    evaluate.set_defaults(run=_evaluate)


def _add_deployment_commands(
    commands: Commands,
) -> None:
    deploy = commands.add_parser("deploy", help="deploy to the AWS account at hand")
    _add_stage(deploy)
    deploy.add_argument("--guided", action="store_true", help="ask for each parameter")
    deploy.add_argument("--catalog", type=Path, help="folder that the celebrities pack is to equal")
    deploy.add_argument("--build-only", action="store_true", help="build the functions, no more")
    deploy.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        type=_setting,
        metavar="NAME=VALUE",
        help="a parameter of the template, instead of samconfig.toml's",
    )
    _add_state(deploy)
    deploy.set_defaults(run=_deploy)

    web = commands.add_parser("deploy-web", help="publish the page of a deployed stack")
    web.add_argument("--to", type=Path, metavar="FOLDER", help="write it there instead")
    _add_stack(web)
    web.set_defaults(run=_deploy_web)

    destroy = commands.add_parser("destroy", help="delete a stack and all that belongs to it")
    _add_stage(destroy)
    destroy.add_argument("--confirm", metavar="STACK", help="the stack's name, to be asked nothing")
    destroy.add_argument("--unprotect", action="store_true", help="lift prod's protection")
    destroy.set_defaults(run=_destroy)


def _add_stage(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--stage", choices=("dev", "prod"), default="dev", help="which of samconfig.toml's"
    )


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text} is no setting; write NAME=VALUE")
    return name, value


def _origin(text: str) -> str:
    """Return an origin in lower case, without a slash at its end."""
    parts = urlsplit(text.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise argparse.ArgumentTypeError(f"{text} is not an origin such as https://faces.example")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _add_catalog_commands(commands: Commands) -> None:
    build = commands.add_parser("build", help="fetch a pack's portraits from Wikimedia")
    build.add_argument("pack", help="a recipe of catalog/recipes, such as celebrities")
    build.add_argument("--folder", type=Path, help="to build in (.local/catalogs/PACK)")
    build.add_argument(
        "--contact",
        help="your mail or web address, which Wikimedia asks for (or LOOKALIKE_CONTACT)",
    )
    build.add_argument("--fresh", action="store_true", help="ask again who there is")
    _add_state(build)
    build.set_defaults(run=_catalog_build)

    report = commands.add_parser("report", help="show how diverse a catalog folder is")
    report.add_argument("folder", type=Path)
    report.add_argument("--svg", type=Path, metavar="FILE", help="draw it, too")
    report.set_defaults(run=_catalog_report)

    import_ = commands.add_parser("import", help="bring a folder's portraits into a pack")
    import_.add_argument("folder", type=Path)
    import_.add_argument("--pack", default="celebrities", help="made if missing (%(default)s)")
    import_.add_argument("--title", help="what people see the pack called")
    import_.set_defaults(run=_catalog_import)

    list_ = commands.add_parser("list", help="list the packs, or the people of one")
    list_.add_argument("--pack")
    list_.set_defaults(run=_catalog_list)

    remove = commands.add_parser("remove", help="take a person, or a pack, out everywhere")
    remove.add_argument("person", nargs="?", help="a celebrity_id or a name")
    remove.add_argument("--pack", help="out of this one only")
    remove.add_argument("--all", action="store_true", help="all of the pack, instead of a person")
    remove.set_defaults(run=_catalog_remove)

    check = commands.add_parser("check", help="compare bucket, table and collection")
    check.add_argument("--pack", help="this one only")
    check.add_argument("--fix", action="store_true", help="mend what differs")
    check.set_defaults(run=_catalog_check)

    reindex = commands.add_parser(
        "reindex", help="fill a new collection for a pack, and switch to it"
    )
    reindex.add_argument("pack")
    reindex.set_defaults(run=_catalog_reindex)

    for command in (import_, list_, remove, check, reindex):
        _add_stack(command)


def _add_stack(command: argparse.ArgumentParser) -> None:
    command.add_argument("--stack", help="a stack's name on AWS, instead of the local one")
    _add_state(command)


def _add_state(command: argparse.ArgumentParser) -> None:
    command.add_argument("--state", type=Path, default=ROOT / ".local", help=argparse.SUPPRESS)


# Each command imports its modules when it runs: OpenCV and aiohttp take a second.


def _catalog_build(arguments: argparse.Namespace) -> int:
    from cli import build

    state = StateFolder(arguments.state)
    contact = arguments.contact or build.known_contact(state)
    return build.build(arguments.pack, arguments.folder, contact, state, fresh=arguments.fresh)


def _catalog_report(arguments: argparse.Namespace) -> int:
    from cli import build

    return build.report(arguments.folder, arguments.svg)


def _catalog_import(arguments: argparse.Namespace) -> int:
    from cli import catalog

    return catalog.import_folder(
        arguments.folder, arguments.pack, arguments.title, *_stack(arguments)
    )


def _catalog_list(arguments: argparse.Namespace) -> int:
    from cli import catalog

    return catalog.show_list(arguments.pack, *_stack(arguments))


def _catalog_remove(arguments: argparse.Namespace) -> int:
    from cli import catalog

    if arguments.all:
        return catalog.remove_all(arguments.person, arguments.pack, *_stack(arguments))
    return catalog.remove(arguments.person, arguments.pack, *_stack(arguments))


def _catalog_check(arguments: argparse.Namespace) -> int:
    from cli import catalog

    return catalog.check(arguments.pack, *_stack(arguments), fix=arguments.fix)


def _catalog_reindex(arguments: argparse.Namespace) -> int:
    from cli import catalog

    return catalog.reindex(arguments.pack, *_stack(arguments))


def _stack(arguments: argparse.Namespace) -> tuple[str | None, StateFolder]:
    return arguments.stack, StateFolder(arguments.state)


def _curator(arguments: argparse.Namespace) -> int:
    from cli import curator

    appoint = curator.dismiss if arguments.remove else curator.appoint
    say(appoint(arguments.email, *_stack(arguments)))
    return 0


def _logs(arguments: argparse.Namespace) -> int:
    from cli.logs import show_logs

    return show_logs(arguments.function, *_stack(arguments), follow=arguments.follow)


def _invoke(arguments: argparse.Namespace) -> int:
    from cli.invoke import invoke, list_functions

    if arguments.function is None:
        return list_functions(*_stack(arguments))
    return invoke(arguments.function, arguments.event, *_stack(arguments))


def _debug(arguments: argparse.Namespace) -> int:
    from cli.debug import debug

    return debug(arguments.function, arguments.event, StateFolder(arguments.state))


def _event(arguments: argparse.Namespace) -> int:
    from cli.event import make_event

    return make_event(arguments.name, *_stack(arguments))


def _evaluate(arguments: argparse.Namespace) -> int:
    from cli.evaluate import evaluate

    state = StateFolder(arguments.state)
    return evaluate(arguments.folder, arguments.data, state, quick=arguments.quick)


def _redrive(arguments: argparse.Namespace) -> int:
    from cli.redrive import redrive

    played = redrive(*_stack(arguments))
    for queue in played:
        say(f"{queue.queue}: {queue.words}.")
    return 0 if all(queue.complete for queue in played) else 1


def _trace(arguments: argparse.Namespace) -> int:
    from cli.trace import trace

    drawn = trace(
        arguments.match_id,
        *_stack(arguments),
        failed=arguments.failed,
        payloads=arguments.payloads,
    )
    show(drawn)
    return 0


def _deploy(arguments: argparse.Namespace) -> int:
    from cli.deploy import Deployment, build, deploy

    deployment = Deployment(
        arguments.stage,
        guided=arguments.guided,
        catalog=arguments.catalog,
        settings=dict(arguments.settings),
    )
    if arguments.build_only:
        with building():
            build(deployment)
        return 0
    return deploy(deployment, StateFolder(arguments.state))


def _deploy_web(arguments: argparse.Namespace) -> int:
    from cli import publish
    from local.deployment import reach

    outputs, _ = reach(*_stack(arguments))
    if arguments.to is None:
        publish.publish(outputs, say)
    else:
        publish.write_page(outputs, arguments.to)
        say(f"The page is in {arguments.to}, its headers in customHttp.yml.")
    return 0


def _destroy(arguments: argparse.Namespace) -> int:
    from cli.deploy import stack_of
    from cli.destroy import destroy

    stack = stack_of(arguments.stage)
    return destroy(stack, arguments.confirm, unprotect=arguments.unprotect)


def _up(arguments: argparse.Namespace) -> int:
    from cli.up import run

    return run(
        arguments.port,
        arguments.state,
        arguments.catalog,
        origin=arguments.origin,
        open_page=arguments.open,
        fetch_more=True,
        edit=True,
    )


def _match(arguments: argparse.Namespace) -> int:
    stack, state = _stack(arguments)
    client = (
        Client.of_stack(stack, state)
        if stack
        else Client.of_page(arguments.url or address_of(state))
    )
    succeeded = play_all(
        client,
        arguments.photos,
        arguments.pack,
        _print_json if arguments.json else _print_match,
        complain,
        among=arguments.among,
        together=arguments.together,
    )
    return 0 if succeeded else 1


def _print_json(_photo: Path, match: Match) -> None:
    print(json.dumps(match), flush=True)  # noqa: T201 - it is what the command is for


def _print_match(photo: Path, match: Match) -> None:
    if match["failure"]:
        failure = match["failure"]
        say(f"{photo}: {failure['message']} {failure['hint']}")
        if failure["faces"]:
            say("  Only the page lets you choose. Here, send a photograph cut to your own face.")
        return
    together = f" (of {match['selfies']} photographs)" if match["selfies"] > 1 else ""
    if others := len(match.get("other_faces", [])):
        together += f" (the most prominent of {others + 1} faces)"
    say(f"{photo}{together}:")
    for celebrity in match["celebrities"]:
        pairs = f", one in {celebrity['one_in']:,}" if celebrity["one_in"] else ""
        say(
            f"  {celebrity['rank']}. {celebrity['name']}  resemblance {celebrity['resemblance']}"
            f"{pairs} (similarity {celebrity['similarity']:.1f})"
        )
    if match.get("one_person") is False:
        say("  These photographs may not all show the same person.")
    say(f"  match {match['match_id']}")


if __name__ == "__main__":
    main()

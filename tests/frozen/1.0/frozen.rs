// SPDX-License-Identifier: Apache-2.0
// A plugin of contract 1.0 in Rust, by hand from abi.h, without the standard library: see README.md.
#![no_std]
#![allow(non_camel_case_types, dead_code)]

use core::ffi::c_void;
use core::mem::{size_of, zeroed};
use core::ptr::{null, null_mut};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    unsafe { abort() }
}

#[link(name = "c")]
extern "C" {
    fn abort() -> !;
    fn calloc(count: usize, size: usize) -> *mut c_void;
    fn free(what: *mut c_void);
    fn open(path: *const u8, flags: i32, mode: u32) -> i32;
    fn write(fd: i32, from: *const u8, size: usize) -> isize;
    fn close(fd: i32) -> i32;
}
const O_WRONLY: i32 = 1;
const O_CREAT: i32 = 0o100;
const O_APPEND: i32 = 0o2000;
const O_CLOEXEC: i32 = 0o2000000;

// ---- abi.h, by hand -----------------------------------------------------------------------------------------------------

type Status = i32;
const OK: Status = 0;
const TRANSIENT: Status = 1;
const PERMANENT: Status = 2;
const BAD_OPTION: Status = 3;
const STOPPED: Status = 4;
const TIMEOUT: Status = 5;
const REFUSED: Status = 6;

#[repr(C)]
#[derive(Clone, Copy)]
struct Str {
    data: *const u8,
    size: usize,
}
const NOTHING: Str = Str { data: null(), size: 0 };
const fn text(of: &'static str) -> Str {
    Str { data: of.as_ptr(), size: of.len() }
}
fn bytes<'a>(of: Str) -> &'a [u8] {
    if of.data.is_null() { &[] } else { unsafe { core::slice::from_raw_parts(of.data, of.size) } }
}

#[repr(C)]
struct Series {
    size: u32,
    kind: u32,
    name: Str,
    quantity: Str,
    unit: Str,
    help: Str,
    labels: *const c_void,
    label_count: u32,
    reserved: u32,
    resolution: f64,
    modulus: f64,
    max_rate: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct TextIn {
    offset: u32,
    size: u32,
}
#[repr(C)]
#[derive(Clone, Copy)]
union Value {
    number: f64,
    text: TextIn,
}
#[repr(C)]
#[derive(Clone, Copy)]
struct Record {
    time: i64,
    value: Value,
    series: u32,
    kind: u8,
    quality: u8,
    reserved: u16,
}

#[repr(C)]
struct Batch {
    size: u32,
    count: u32,
    records: *const Record,
    text: *const u8,
    text_size: u32,
    reserved: u32,
}

#[repr(C)]
struct Writer {
    size: u32,
    text_used: u32,
    text_capacity: u32,
    reserved: u32,
    first: *mut Record,
    next: *mut Record,
    end: *mut Record,
    text: *mut u8,
    host_private: *mut c_void,
    sequence: u64,
}

const INTEGER: u32 = 1;
const DURATION: u32 = 4;
const PATH: u32 = 6;
const INTERVAL: u32 = 12;
#[repr(C)]
struct Opt {
    size: u32,
    kind: u32,
    flags: u32,
    item_type: u32,
    key: Str,
    help: Str,
    fallback: Str,
    minimum: Str,
    maximum: Str,
    unit: Str,
    example: Str,
    choices: *const Str,
    choice_count: u32,
    field_count: u32,
    fields: *const c_void,
    connection: Str,
}

#[repr(C)]
struct OptValue {
    size: u32,
    kind: u32,
    given: u32,
    count: u32,
    key: Str,
    text: Str,
    integer: i64,
    number: f64,
    connection: *mut c_void,
    items: *const *const OptValue,
}

#[repr(C)]
struct Delivery {
    size: u32,
    attempt: u32,
    id: u64,
    batch: *const Batch,
    answers: *mut u8,
}
const PENDING: u8 = 0;
const WRITTEN: u8 = 1;
const KEEP: u8 = 3;

type Context = *mut c_void;
type Unused = *const c_void; // a function that this plugin does not call
#[repr(C)]
struct Host {
    size: u32,
    abi_minor: u32,
    version: Str,
    option: extern "C" fn(Context, *const Opt) -> Status,
    fail: extern "C" fn(Context, Str),
    bad_option: extern "C" fn(Context, Str, Str),
    reason: extern "C" fn(Context) -> Str,
    options: extern "C" fn(Context) -> *const OptValue,
    identity: Unused,
    log: extern "C" fn(Context, i32, Str, Str),
    health: Unused,
    now: extern "C" fn(Context) -> i64,
    steady: Unused,
    wait: extern "C" fn(Context, *mut c_void, u32, i64) -> Status,
    stopping: Unused,
    stop_fd: Unused,
    wake_at: Unused,
    declare: extern "C" fn(Context, *const Series, *mut u32) -> Status,
    series: extern "C" fn(Context, u32) -> *const Series,
    begin: extern "C" fn(Context, u32, u32, *mut Writer) -> Status,
    emit: extern "C" fn(Context, *mut Writer, Str) -> Status,
    discard: extern "C" fn(Context, *mut Writer),
    forward: extern "C" fn(Context, *const Batch) -> Status,
    retain: Unused,
    release: Unused,
    cursor: extern "C" fn(Context) -> Str,
    acknowledged: Unused,
    state_read: extern "C" fn(Context, Str, *mut Str) -> Status,
    state_write: extern "C" fn(Context, Str, Str) -> Status,
    reject: extern "C" fn(Context, *const Delivery, u32, Str),
    metric: Unused,
    metric_add: Unused,
    metric_set: Unused,
    extension: Unused,
}

const MAKES: u32 = 1;
const TAKES: u32 = 2;
#[repr(C)]
struct Component {
    size: u32,
    roles: u32,
    name: Str,
    summary: Str,
    describe: Option<extern "C" fn(&'static Host, Context) -> Status>,
    create: Option<extern "C" fn(&'static Host, Context, *mut *mut c_void) -> Status>,
    probe: Option<extern "C" fn(&mut Node) -> Status>,
    start: Option<extern "C" fn(&mut Node) -> Status>,
    collect: Option<extern "C" fn(&mut Node) -> Status>,
    run: Option<extern "C" fn(&mut Node) -> Status>,
    process: Option<extern "C" fn(&mut Node, &Batch) -> Status>,
    tick: Option<extern "C" fn(&mut Node, i64) -> Status>,
    write: Option<extern "C" fn(&mut Node, *const &Delivery, u32) -> Status>,
    stop: Option<extern "C" fn(&mut Node) -> Status>,
    destroy: Option<extern "C" fn(*mut c_void)>,
    extension: Option<extern "C" fn(Str) -> *const c_void>,
}
unsafe impl Sync for Component {}

#[repr(C)]
pub struct Descriptor {
    size: u32,
    magic: u32,
    abi_major: u32,
    abi_minor: u32,
    name: Str,
    version: Str,
    licence: Str,
    components: *const &'static Component,
    component_count: u32,
    reserved: u32,
}
unsafe impl Sync for Descriptor {}


/// Of ".note.releve": owner "releve", type 1.
const NOTE_TEXT: &str = "abi 1.0\nname frozen-rust\nversion 1.0.0\nlicence Apache-2.0\n\
component rust_count 1\ncomponent rust_ticks 1\ncomponent rust_double 3\ncomponent rust_lines 2\n";
#[repr(C, align(4))]
pub struct Note {
    owner_size: u32,
    text_size: u32,
    kind: u32,
    owner: [u8; 8],
    text: [u8; NOTE_TEXT.len()],
}
const fn note_text() -> [u8; NOTE_TEXT.len()] {
    let mut made = [0; NOTE_TEXT.len()];
    let mut i = 0;
    while i < made.len() {
        made[i] = NOTE_TEXT.as_bytes()[i];
        i += 1;
    }
    made
}
#[used]
#[link_section = ".note.releve"]
pub static NOTE: Note =
    Note { owner_size: 7, text_size: NOTE_TEXT.len() as u32, kind: 1, owner: *b"releve\0\0", text: note_text() };

// ---- What the components share ------------------------------------------------------------------------------------------

struct Node {
    host: &'static Host,
    context: Context,
    step: i64,
    period: i64, // ns
    count: i64,
    series: u32,
    path: [u8; 1024], // ends in NUL
}

impl Node {
    fn refused(&self) -> Status {
        (self.host.fail)(self.context, (self.host.reason)(self.context));
        PERMANENT
    }
    fn room(&self, records: u32, text: u32) -> Option<Writer> {
        let mut writer: Writer = unsafe { zeroed() };
        writer.size = size_of::<Writer>() as u32;
        if (self.host.begin)(self.context, records, text, &mut writer) == OK { Some(writer) } else { None }
    }
    fn put(&self, writer: &mut Writer, value: Value, kind: u8) {
        unsafe {
            *writer.next = Record {
                time: (self.host.now)(self.context),
                value,
                series: self.series,
                kind,
                quality: 0,
                reserved: 0,
            };
            writer.next = writer.next.add(1);
        }
    }
}

/// Decimal digits of a number that is not negative; how many.
fn digits(mut of: i64, into: &mut [u8; 32]) -> usize {
    let mut size = 0;
    let mut turned = [0u8; 32];
    loop {
        turned[size] = b'0' + (of % 10) as u8;
        size += 1;
        of /= 10;
        if of == 0 || size == 32 {
            break;
        }
    }
    for i in 0..size {
        into[i] = turned[size - 1 - i];
    }
    size
}

fn option(host: &Host, context: Context, key: &[u8]) -> Option<&'static OptValue> {
    let all = unsafe { &*(host.options)(context) };
    for i in 0..all.count as usize {
        let one = unsafe { &**all.items.add(i) };
        if bytes(one.key) == key {
            return Some(one);
        }
    }
    None
}

fn describe_option(host: &Host, context: Context, made: Opt) -> Status {
    (host.option)(context, &made)
}
fn opt(kind: u32, key: &'static str, help: &'static str) -> Opt {
    let mut made: Opt = unsafe { zeroed() };
    made.size = size_of::<Opt>() as u32;
    made.kind = kind;
    made.key = text(key);
    made.help = text(help);
    made
}

fn create(host: &'static Host, context: Context, series: u32, made: *mut *mut c_void) -> Status {
    unsafe {
        let node = calloc(1, size_of::<Node>()) as *mut Node;
        if node.is_null() {
            (host.fail)(context, text("no memory"));
            return TRANSIENT;
        }
        core::ptr::addr_of_mut!((*node).host).write(host);
        (*node).context = context;
        (*node).series = series;
        (*node).step = option(host, context, b"step").map_or(0, |one| one.integer);
        (*node).period = option(host, context, b"period").map_or(0, |one| one.integer);
        if let Some(path) = option(host, context, b"path") {
            let path = bytes(path.text);
            if path.len() >= 1024 {
                (host.bad_option)(context, text("path"), text("is too long"));
                free(node as *mut c_void);
                return BAD_OPTION;
            }
            (&mut (*node).path)[..path.len()].copy_from_slice(path);
        }
        *made = node as *mut c_void;
    }
    OK
}

fn create_maker(
    host: &'static Host,
    context: Context,
    kind: u32,
    name: &'static str,
    unit: &'static str,
    made: *mut *mut c_void,
) -> Status {
    let mut series: Series = unsafe { zeroed() };
    series.size = size_of::<Series>() as u32;
    series.kind = kind;
    series.name = text(name);
    series.unit = text(unit);
    series.help = text("Of a plugin that was compiled with contract 1.0");
    let mut number = 0;
    if (host.declare)(context, &series, &mut number) != OK {
        (host.fail)(context, (host.reason)(context));
        return PERMANENT;
    }
    create(host, context, number, made)
}

extern "C" fn destroy(node: *mut c_void) {
    unsafe { free(node) }
}

// ---- rust_count: polled, with its sum in the durable state --------------------------------------------------------------

extern "C" fn count_describe(host: &'static Host, context: Context) -> Status {
    let mut step = opt(INTEGER, "step", "Added at each interval");
    step.fallback = text("1");
    step.minimum = text("1");
    step.maximum = text("1000");
    let mut interval = opt(INTERVAL, "interval", "Time between two readings");
    interval.fallback = text("1s");
    match describe_option(host, context, step) {
        OK => describe_option(host, context, interval),
        status => status,
    }
}
extern "C" fn count_create(host: &'static Host, context: Context, made: *mut *mut c_void) -> Status {
    create_maker(host, context, 1, "count", "1", made)
}
extern "C" fn count_start(node: &mut Node) -> Status {
    let mut was = NOTHING;
    if (node.host.state_read)(node.context, text("count"), &mut was) == OK {
        if let Ok(bytes) = <[u8; 8]>::try_from(bytes(was)) {
            node.count = i64::from_ne_bytes(bytes);
        }
    }
    let mut line = [0u8; 64];
    let begin = b"goes on after ";
    line[..begin.len()].copy_from_slice(begin);
    let mut number = [0u8; 32];
    let size = digits(node.count, &mut number);
    line[begin.len()..begin.len() + size].copy_from_slice(&number[..size]);
    let line = Str { data: line.as_ptr(), size: begin.len() + size };
    (node.host.log)(node.context, 1, text("starts"), line);
    OK
}
extern "C" fn count_collect(node: &mut Node) -> Status {
    let mut writer = match node.room(1, 0) {
        Some(writer) => writer,
        None => return node.refused(),
    };
    node.count += node.step;
    node.put(&mut writer, Value { number: node.count as f64 }, 0);
    let state = node.count.to_ne_bytes();
    let state = Str { data: state.as_ptr(), size: 8 };
    if (node.host.state_write)(node.context, text("count"), state) != OK {
        (node.host.discard)(node.context, &mut writer);
        return node.refused();
    }
    match (node.host.emit)(node.context, &mut writer, NOTHING) {
        REFUSED => node.refused(),
        status => status,
    }
}

// ---- rust_ticks: streaming, texts, with a cursor ------------------------------------------------------------------------

extern "C" fn ticks_describe(host: &'static Host, context: Context) -> Status {
    let mut period = opt(DURATION, "period", "Time between two ticks");
    period.fallback = text("1s");
    period.minimum = text("1ms");
    describe_option(host, context, period)
}
extern "C" fn ticks_create(host: &'static Host, context: Context, made: *mut *mut c_void) -> Status {
    create_maker(host, context, 2, "tick", "", made)
}
extern "C" fn ticks_run(node: &mut Node) -> Status {
    node.count = 0;
    for &digit in bytes((node.host.cursor)(node.context)) {
        node.count = node.count * 10 + (digit - b'0') as i64;
    }
    loop {
        match (node.host.wait)(node.context, null_mut(), 0, node.period) {
            STOPPED => return OK,
            REFUSED => return node.refused(),
            TIMEOUT => {}
            _ => continue, // an acknowledgement
        }
        let mut writer = match node.room(1, 32) {
            Some(writer) => writer,
            None => return node.refused(),
        };
        node.count += 1;
        let mut tick = [0u8; 32];
        let size = digits(node.count, &mut tick);
        unsafe { core::ptr::copy_nonoverlapping(tick.as_ptr(), writer.text, size) };
        writer.text_used = size as u32;
        node.put(&mut writer, Value { text: TextIn { offset: 0, size: size as u32 } }, 1);
        match (node.host.emit)(node.context, &mut writer, Str { data: tick.as_ptr(), size }) {
            OK => {}
            STOPPED => return OK,
            _ => return node.refused(),
        }
    }
}

// ---- rust_double: a transform: passes everything on, and doubles what is called "count" ---------------------------------

extern "C" fn double_create(host: &'static Host, context: Context, made: *mut *mut c_void) -> Status {
    create_maker(host, context, 0, "doubled", "1", made)
}
extern "C" fn double_process(node: &mut Node, all: &Batch) -> Status {
    if all.count == 0 {
        return OK;
    }
    if (node.host.forward)(node.context, all) != OK {
        return node.refused();
    }
    let mut writer = match node.room(all.count, 0) {
        Some(writer) => writer,
        None => return node.refused(),
    };
    for i in 0..all.count as usize {
        unsafe {
            let mut one = *all.records.add(i);
            let of = (node.host.series)(node.context, one.series);
            if of.is_null() || bytes((*of).name) != b"count" || one.kind != 0 || one.quality == 3 {
                continue;
            }
            one.value.number *= 2.0;
            one.series = node.series;
            *writer.next = one;
            writer.next = writer.next.add(1);
        }
    }
    if writer.next == writer.first {
        (node.host.discard)(node.context, &mut writer);
        return OK;
    }
    match (node.host.emit)(node.context, &mut writer, NOTHING) {
        REFUSED => node.refused(),
        status => status,
    }
}

// ---- rust_lines: a sink: a line a record, at the end of a file ----------------------------------------------------------

extern "C" fn lines_describe(host: &'static Host, context: Context) -> Status {
    let mut path = opt(PATH, "path", "File that the lines are added to");
    path.flags = 1;
    path.example = text("\"lines.txt\"");
    describe_option(host, context, path)
}
extern "C" fn lines_create(host: &'static Host, context: Context, made: *mut *mut c_void) -> Status {
    create(host, context, 0, made)
}
struct Line {
    bytes: [u8; 256],
    size: usize,
}
impl Line {
    fn add(&mut self, more: &[u8]) {
        let size = if more.len() < 256 - self.size { more.len() } else { 256 - self.size };
        self.bytes[self.size..self.size + size].copy_from_slice(&more[..size]);
        self.size += size;
    }
}
extern "C" fn lines_write(node: &mut Node, all: *const &Delivery, count: u32) -> Status {
    let fd = unsafe { open(node.path.as_ptr(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) };
    if fd < 0 {
        (node.host.fail)(node.context, text("the file can't be opened"));
        return TRANSIENT;
    }
    for d in 0..count as usize {
        let delivery = unsafe { *all.add(d) };
        let batch = unsafe { &*delivery.batch };
        for i in 0..batch.count as usize {
            let answer = unsafe { &mut *delivery.answers.add(i) };
            if *answer != PENDING {
                continue;
            }
            let one = unsafe { &*batch.records.add(i) };
            let of = (node.host.series)(node.context, one.series);
            if of.is_null() {
                (node.host.reject)(node.context, delivery, i as u32, text("it is of no series"));
                continue;
            }
            let mut line = Line { bytes: [0; 256], size: 0 };
            line.add(bytes(unsafe { (*of).name }));
            line.add(b" ");
            if one.kind == 1 {
                let at = unsafe { one.value.text };
                let data = unsafe { batch.text.add(at.offset as usize) };
                line.add(bytes(Str { data, size: at.size as usize }));
            } else {
                let mut number = [0u8; 32];
                let size = digits(unsafe { one.value.number } as i64, &mut number);
                line.add(&number[..size]);
            }
            line.add(b"\n");
            let written = unsafe { write(fd, line.bytes.as_ptr(), line.size) };
            *answer = if written == line.size as isize { WRITTEN } else { KEEP };
        }
    }
    unsafe { close(fd) };
    OK
}

// ---- The plugin ---------------------------------------------------------------------------------------------------------

const NONE: Component = Component {
    size: size_of::<Component>() as u32,
    roles: 0,
    name: NOTHING,
    summary: NOTHING,
    describe: None,
    create: None,
    probe: None,
    start: None,
    collect: None,
    run: None,
    process: None,
    tick: None,
    write: None,
    stop: None,
    destroy: Some(destroy),
    extension: None,
};
static COUNT: Component = Component {
    roles: MAKES,
    name: text("rust_count"),
    summary: text("Counts, and goes on after a restart"),
    describe: Some(count_describe),
    create: Some(count_create),
    start: Some(count_start),
    collect: Some(count_collect),
    ..NONE
};
static TICKS: Component = Component {
    roles: MAKES,
    name: text("rust_ticks"),
    summary: text("Ticks, and goes on after a restart"),
    describe: Some(ticks_describe),
    create: Some(ticks_create),
    run: Some(ticks_run),
    ..NONE
};
static DOUBLE: Component = Component {
    roles: MAKES | TAKES,
    name: text("rust_double"),
    summary: text("Passes all on, and doubles counts"),
    create: Some(double_create),
    process: Some(double_process),
    ..NONE
};
static LINES: Component = Component {
    roles: TAKES,
    name: text("rust_lines"),
    summary: text("A line a record"),
    describe: Some(lines_describe),
    create: Some(lines_create),
    write: Some(lines_write),
    ..NONE
};
static COMPONENTS: [&Component; 4] = [&COUNT, &TICKS, &DOUBLE, &LINES];

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static releve_plugin: Descriptor = Descriptor {
    size: size_of::<Descriptor>() as u32,
    magic: 0x52454c56,
    abi_major: 1,
    abi_minor: 0,
    name: text("frozen-rust"),
    version: text("1.0.0"),
    licence: text("Apache-2.0"),
    components: COMPONENTS.as_ptr(),
    component_count: 4,
    reserved: 0,
};

# What ships: init is linked static and freestanding, carried by an assembly file, and linked into the addon.
{
  'targets': [
    {
      'target_name': 'init',
      'type': 'executable',
      'sources': [ '<!@(node scripts/native-files.cjs init <(target_arch))' ],
      # Node's own flags are for shared objects that live in Node; nothing of that holds here.
      'cflags!': [ '-fPIC', '-pthread', '-rdynamic', '-fno-omit-frame-pointer', '-Wno-unused-parameter' ],
      'cflags_cc!': [ '-std=gnu++17', '-std=gnu++20' ],
      'ldflags!': [ '-pthread', '-rdynamic' ],
      'cflags': [ '<!@(node scripts/native-files.cjs init-compile-flags)', '<!@(node scripts/native-files.cjs werror)' ],
      'cflags_cc': [ '-std=c++20' ],
      'ldflags': [ '<!@(node scripts/native-files.cjs init-link-flags)' ],
      'configurations': { 'Release': { 'cflags!': [ '-O3', '-fno-omit-frame-pointer' ] } }
    },
    {
      'target_name': 'libcontainer',
      'product_name': 'libcontainer', # gyp would take the lib away
      'dependencies': [
        'init',
        '<!(node -p "require(\'node-addon-api\').targets"):node_addon_api_except'
      ],
      'sources': [ '<!@(node scripts/native-files.cjs addon)' ],
      'defines': [
        'NAPI_VERSION=9',
        # Without it a worker that is terminated while a callback is under way aborts the process.
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
        '_GNU_SOURCE'
      ],
      'cflags!': [ '-Wno-unused-parameter' ],
      'cflags_cc!': [ '-std=gnu++17', '-std=gnu++20' ],
      'cflags': [ '-fvisibility=hidden', '-fstack-protector-strong', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2' ],
      'cflags_cc': [ '-std=c++20', '-Wall', '-Wextra', '<!@(node scripts/native-files.cjs werror)' ],
      # nodelete: its threads live as long as the process; Node unloads an addon when the worker that loaded it ends.
      'ldflags': [ '-Wl,-z,relro,-z,now', '-Wl,-z,noexecstack', '-Wl,-z,nodelete', '-Wl,--as-needed' ],
      'actions': [
        {
          'action_name': 'embed_init',
          'inputs': [ 'scripts/embed.cjs', '<(PRODUCT_DIR)/init' ],
          'outputs': [ '<(INTERMEDIATE_DIR)/init_image.S' ],
          'action': [ 'node', 'scripts/embed.cjs', '<(PRODUCT_DIR)/init', '<(INTERMEDIATE_DIR)/init_image.S' ],
          'process_outputs_as_sources': 1
        }
      ]
    }
  ]
}
